using System.Globalization;
using System.Text;

namespace Atelier.Tests.Fuzz;

/// <summary>
/// Bends one part of a request and leaves the others whole, so that most cases pass the HTTP parser and reach our own
/// code; every eighth bends the whole, which is the parser's own test.
/// </summary>
sealed class SocketMutator(IReadOnlyList<SocketRequest> seeds, int seed)
{
    readonly Random _random = new(seed);

    readonly Mutator _mutator = new(
        [.. seeds.SelectMany(request => new[] { Encoding.UTF8.GetBytes(request.Line), Encoding.UTF8.GetBytes(request.Headers), request.Body })],
        SocketSeeds.Tokens, seed);

    public byte[] Next()
    {
        var request = seeds[_random.Next(seeds.Count)];
        var part = _random.Next(8);
        var line = part is 0 or 1 or 2 ? BendTarget(request.Line) : Encoding.UTF8.GetBytes(request.Line);
        var headers = part is 3 or 4 ? BendHeaders(request.Headers) : Encoding.UTF8.GetBytes(request.Headers);
        var body = part is 5 or 6 ? _mutator.Bend(request.Body) : request.Body;
        var length = body.Length == 0 || request.IsUpgrade ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        byte[] whole = [.. line, .. " HTTP/1.1\r\n"u8, .. headers, .. Encoding.ASCII.GetBytes(length), .. "\r\n"u8, .. body];
        return part == 7 ? _mutator.Bend(whole) : whole;
    }

    byte[] Bend(string text) => _mutator.Bend(Encoding.UTF8.GetBytes(text));

    // What a client library would send: bytes that may not stand in a target are escaped.
    byte[] BendTarget(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var target = new StringBuilder();
        foreach (var value in Bend(line[(space + 1)..]))
        {
            _ = value is > 0x20 and < 0x7f and not (byte)'#' ? target.Append((char)value) : target.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return Encoding.ASCII.GetBytes($"{line[..space]} {target}");
    }

    // Values only: one line of them is bent, and bytes that end a line are left out.
    byte[] BendHeaders(string headers)
    {
        var lines = headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var at = _random.Next(lines.Length);
        var colon = lines[at].IndexOf(": ", StringComparison.Ordinal) + 2;
        var value = Bend(lines[at][colon..]).Where(b => b is >= 0x20 and not 0x7f).ToArray();
        lines[at] = lines[at][..colon] + Encoding.Latin1.GetString(value);
        return Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
    }
}
