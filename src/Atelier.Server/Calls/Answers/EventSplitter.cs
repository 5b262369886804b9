using System.Buffers;

namespace Atelier.Server.Calls;

/// <summary>
/// Cuts a stream of server-sent events into whole events, and keeps the data of the last one that is JSON: the result
/// of a stream.
/// </summary>
/// <remarks>
/// Whole events, because JavaScript clients decode each part of the stream by itself and would spoil a character that a
/// cut runs through.
/// </remarks>
/// <param name="eventMaxBytes">The longest event.</param>
sealed class EventSplitter(int eventMaxBytes)
{
    readonly ArrayBufferWriter<byte> _open = new();
    readonly ArrayBufferWriter<byte> _data = new();

    // Within _open: where the line begins that has no end yet, and how far its end was looked for.
    int _line;
    int _searched;

    /// <summary>JSON, or <c>null</c> while there was no such event.</summary>
    public ReadOnlyMemory<byte> LastJson { get; private set; } = "null"u8.ToArray();

    /// <summary>What was taken and belongs to an event that is not complete.</summary>
    public ReadOnlyMemory<byte> Rest => _open.WrittenMemory;

    /// <summary>Takes the next bytes and gives the events that they complete; empty when they complete none.</summary>
    /// <exception cref="IOException">An event is too long.</exception>
    public ReadOnlyMemory<byte> Take(ReadOnlySpan<byte> bytes)
    {
        if (_open.WrittenCount + bytes.Length > eventMaxBytes)
        {
            throw new IOException($"An event of the app is longer than {eventMaxBytes} bytes.");
        }

        _open.Write(bytes);
        var text = _open.WrittenSpan;
        var whole = 0;
        while (text[_searched..].IndexOf((byte)'\n') is >= 0 and var found)
        {
            var line = text[_line..(_searched + found)].TrimEnd((byte)'\r');
            _line = _searched += found + 1;
            if (line.IsEmpty)
            {
                EndEvent();
                whole = _line;
            }
            else
            {
                TakeLine(line);
            }
        }

        _searched = text.Length;
        return whole == 0 ? default : Cut(whole);
    }

    ReadOnlyMemory<byte> Cut(int length)
    {
        var events = _open.WrittenSpan[..length].ToArray();
        var rest = _open.WrittenSpan[length..].ToArray();
        _open.ResetWrittenCount();
        _open.Write(rest);
        _line -= length;
        _searched -= length;
        return events;
    }

    void TakeLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data:"u8))
        {
            return;
        }

        if (_data.WrittenCount > 0)
        {
            _data.Write("\n"u8);
        }

        line = line["data:"u8.Length..];
        _data.Write(line.StartsWith(" "u8) ? line[1..] : line);
    }

    // What is no JSON ([DONE]) is passed on, and is nobody's result.
    void EndEvent()
    {
        if (_data.WrittenCount > 0 && JsonInput.IsJson(_data.WrittenSpan, out _))
        {
            LastJson = _data.WrittenSpan.ToArray();
        }

        _data.ResetWrittenCount();
    }
}
