using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atelier.Apps.Serving;

/// <summary>
/// The runner's standard output: one line a record. What belongs to a request is JSON with the request's id, so that
/// the gateway can put it into that request's log; everything else passes as text.
/// </summary>
/// <remarks>Also a <see cref="TextWriter"/>, to stand in for <see cref="Console.Out"/> while an app runs.</remarks>
sealed class RunnerOutput(Stream output) : TextWriter
{
    /// <summary>Longest line, in characters; the gateway cuts at 8 KiB anyway.</summary>
    const int MaxLine = 8192;

    static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The call that this flow of control works for; set by the handler, read by whatever the app prints.
    readonly AsyncLocal<ServedCall?> _current = new();
    readonly Lock _gate = new();
    readonly StringBuilder _loose = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The call whose code is running here, or null.</summary>
    public ServedCall? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    /// <summary>A line of a request's log.</summary>
    public void WriteFor(ServedCall call, string text, string level)
    {
        foreach (var line in text.AsSpan().TrimEnd("\r\n").EnumerateLines())
        {
            ArrayBufferWriter<byte> buffer = new(256);
            using (Utf8JsonWriter writer = new(buffer, Writing))
            {
                writer.WriteStartObject();
                writer.WriteString("line", line.Length > MaxLine ? line[..MaxLine] : line);
                writer.WriteString("fal_request_id", call.RequestId);
                writer.WriteString("fal_endpoint", call.Endpoint);
                writer.WriteString("level", level);
                writer.WriteEndObject();
            }

            buffer.Write("\n"u8);
            WriteBytes(buffer.WrittenSpan);
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        var call = Current;
        lock (_gate)
        {
            var pending = call?.Printed ?? _loose;
            pending.Append(value);
            var text = pending.ToString();
            var end = text.LastIndexOf('\n');
            if (end < 0 && pending.Length < MaxLine)
            {
                return;
            }

            var whole = end < 0 ? text.Length : end + 1;
            pending.Remove(0, whole);
            Emit(call, text[..whole]);
        }
    }

    /// <summary>Writes what a finished call printed without a line's end.</summary>
    public void Finish(ServedCall call)
    {
        lock (_gate)
        {
            if (call.Printed.Length > 0)
            {
                Emit(call, call.Printed.ToString());
                call.Printed.Clear();
            }
        }
    }

    void Emit(ServedCall? call, string text)
    {
        if (call is null)
        {
            WriteBytes(Encoding.GetBytes(text.EndsWith('\n') ? text : text + "\n"));
        }
        else
        {
            WriteFor(call, text, "STDOUT");
        }
    }

    void WriteBytes(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
