namespace Atelier.Server.Runners;

/// <summary>Cuts a stream of bytes into lines. What a line has above the limit is dropped.</summary>
sealed class LineSplitter(int maxBytes, LineTaker take)
{
    readonly byte[] _line = new byte[maxBytes];
    int _length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Append(bytes[..end]);
            Flush();
            bytes = bytes[(end + 1)..];
        }

        Append(bytes);
    }

    /// <summary>Hands over a last line that has no line end.</summary>
    public void Complete()
    {
        if (_length > 0)
        {
            Flush();
        }
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        var kept = bytes[..Math.Min(bytes.Length, maxBytes - _length)];
        kept.CopyTo(_line.AsSpan(_length));
        _length += kept.Length;
    }

    void Flush()
    {
        var line = _line.AsSpan(0, _length);
        _length = 0;
        take(line.EndsWith("\r"u8) ? line[..^1] : line);
    }
}

/// <summary>Takes one line without its end; the span is reused afterwards.</summary>
delegate void LineTaker(ReadOnlySpan<byte> line);
