using System.Text;
using System.Text.Json;

namespace Atelier.Server.Runners;

/// <summary>One line of a runner's output: plain text, or JSON that says which request it belongs to.</summary>
/// <param name="Level">A level of the wire; <c>STDOUT</c> or <c>STDERR</c> for plain text.</param>
/// <param name="Text">At most <see cref="MaxBytes"/> in UTF-8.</param>
/// <param name="RequestId">Whose line, when the line says so.</param>
readonly record struct RunnerLine(string Level, string Text, string? RequestId)
{
    /// <summary>Longest text that is kept: the wire's limit for a log line.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>Longest line that is read: a text whose every byte is escaped (\u00XX), and the fields around.</summary>
    public const int MaxRawBytes = (6 * MaxBytes) + 4096;

    public static RunnerLine Parse(ReadOnlySpan<byte> line, string stream)
    {
        if (line.StartsWith("{"u8) && TryParseJson(line, stream) is { } labelled)
        {
            return labelled;
        }

        return new(stream, Decode(line), null);
    }

    static RunnerLine? TryParseJson(ReadOnlySpan<byte> line, string stream)
    {
        string? text = null, request = null, level = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isText = reader.ValueTextEquals("line"u8);
                var isRequest = reader.ValueTextEquals("fal_request_id"u8);
                var isLevel = reader.ValueTextEquals("level"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    text = isText ? reader.GetString() : text;
                    request = isRequest ? reader.GetString() : request;
                    level = isLevel ? reader.GetString() : level;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Text that happens to begin with a brace.
            return null;
        }

        return text is null ? null : new(WireLevel(level) ?? stream, Shorten(text), request);
    }

    // Clients know these levels only; the rest is what Python and .NET call them.
    static string? WireLevel(string? level) => level?.ToUpperInvariant() switch
    {
        "ERROR" or "CRITICAL" or "FATAL" => "ERROR",
        "WARN" or "WARNING" => "WARN",
        "INFO" or "INFORMATION" => "INFO",
        "DEBUG" or "TRACE" => "DEBUG",
        "STDOUT" => "STDOUT",
        "STDERR" => "STDERR",
        _ => null,
    };

    static string Shorten(string text) =>
        Encoding.UTF8.GetByteCount(text) <= MaxBytes ? text : Decode(Encoding.UTF8.GetBytes(text));

    static string Decode(ReadOnlySpan<byte> line)
    {
        var end = Math.Min(line.Length, MaxBytes);

        // Not in the middle of a character: 10xxxxxx bytes continue one.
        while (end < line.Length && end > 0 && (line[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(line[..end]);
    }
}
