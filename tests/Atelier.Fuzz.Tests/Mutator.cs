using System.Text;

namespace Atelier.Tests.Fuzz;

/// <summary>Bends good input: flipped bits, cut and doubled pieces, pieces of other seeds, numbers at their limits.</summary>
/// <param name="seeds">Good input to start from; never empty.</param>
/// <param name="tokens">Words that mean something to the target; they are put in more often than chance would.</param>
sealed class Mutator(IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> tokens, int seed)
{
    const int MaxLength = 64 * 1024;
    const int MaxSteps = 6;

    static readonly byte[][] Awkward =
    [
        [0], [0xff], [0x7f], [0x80], "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "{"u8.ToArray(), "["u8.ToArray(),
        "-1"u8.ToArray(), "0"u8.ToArray(), "2147483648"u8.ToArray(), "9223372036854775808"u8.ToArray(), "1e999"u8.ToArray(), "NaN"u8.ToArray(),
        "null"u8.ToArray(), "%00"u8.ToArray(), "%2e%2e%2f"u8.ToArray(), "../"u8.ToArray(), "//"u8.ToArray(), "\\ud800"u8.ToArray(),
        [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], Encoding.UTF8.GetBytes("ü😀\u202e"),
    ];

    readonly Random _random = new(seed);

    public byte[] Next() => Bend(Pick(seeds));

    /// <summary>Bends this piece, in up to six steps; sometimes in none.</summary>
    public byte[] Bend(byte[] piece)
    {
        List<byte> bytes = [.. piece];
        for (var step = _random.Next(MaxSteps + 1); step > 0; step--)
        {
            Step(bytes);
        }

        return bytes.Count > MaxLength ? [.. bytes.Take(MaxLength)] : [.. bytes];
    }

    void Step(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 1 << _random.Next(1, 8)), bytes.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                var other = Pick(seeds);
                var from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(_random.Next(64), other.Length - from)).ToArray());
                break;
            case 5:
                Repeat(bytes, at, length);
                break;
            case 6 when tokens.Count > 0:
                bytes.InsertRange(at, Pick(tokens));
                break;
            default:
                bytes.InsertRange(at, Pick(Awkward));
                break;
        }
    }

    // Nesting and long runs: what a recursive reader or a quadratic one would not survive.
    void Repeat(List<byte> bytes, int at, int length)
    {
        var piece = bytes.GetRange(at, Math.Min(length, 16));
        for (var times = 1 << _random.Next(1, 11); times > 0 && bytes.Count < MaxLength && piece.Count > 0; times--)
        {
            bytes.InsertRange(at, piece);
        }
    }

    T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
