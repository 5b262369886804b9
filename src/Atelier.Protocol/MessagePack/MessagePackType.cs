namespace Atelier.Protocol.MessagePack;

/// <summary>What a value is, whichever of its encodings was used.</summary>
public enum MessagePackType
{
    Nil,
    Boolean,

    /// <summary>A whole number that fits 64 bits with a sign.</summary>
    Integer,

    /// <summary>A whole number above the largest <see cref="Integer"/>.</summary>
    Unsigned,

    /// <summary>32 or 64 bits; the former widened.</summary>
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,
}
