namespace Atelier.Protocol.MessagePack;

/// <summary>One value, or the head of an array or map whose members follow.</summary>
public readonly ref struct MessagePackToken
{
    public MessagePackType Type { get; init; }

    /// <summary>The number of an <see cref="MessagePackType.Integer"/>; 0 or 1 of a boolean.</summary>
    public long Integer { get; init; }

    /// <summary>The number of an <see cref="MessagePackType.Unsigned"/>.</summary>
    public ulong Unsigned { get; init; }

    /// <summary>The number of a <see cref="MessagePackType.Float"/>; not always finite.</summary>
    public double Float { get; init; }

    /// <summary>Members of an array, pairs of a map. Never more than the bytes that are left could hold.</summary>
    public int Count { get; init; }

    /// <summary>The application's number of an extension; -1 is a time.</summary>
    public sbyte ExtensionType { get; init; }

    /// <summary>The text of a string in valid UTF-8, the bytes of a binary or an extension; a view of the input.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    public bool Boolean => Integer != 0;
}
