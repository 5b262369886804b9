using System.Runtime.InteropServices;

namespace Atelier.Engines.Speech;

/// <summary>A voice: one style vector for every length of text.</summary>
public sealed class KokoroVoice
{
    /// <summary>Numbers in a style vector.</summary>
    public const int StyleSize = 256;

    /// <summary>Lengths of text, in tokens, that have a vector of their own.</summary>
    public const int Rows = 510;

    readonly float[] _styles;

    KokoroVoice(float[] styles) => _styles = styles;

    /// <param name="path">510 rows of 256 little-endian floats.</param>
    /// <exception cref="InvalidDataException">The file has another size.</exception>
    public static KokoroVoice Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length == Rows * StyleSize * sizeof(float)
            ? new(MemoryMarshal.Cast<byte, float>(bytes).ToArray())
            : throw new InvalidDataException($"{path} holds {bytes.Length} bytes, not a voice.");
    }

    /// <summary>The style for a text of so many tokens, padding not counted; long texts share the last.</summary>
    internal float[] Style(int tokens) =>
        _styles.AsSpan(Math.Min(tokens, Rows - 1) * StyleSize, StyleSize).ToArray();
}
