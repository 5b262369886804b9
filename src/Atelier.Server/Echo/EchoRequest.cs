using System.Globalization;
using System.Text.Json;

namespace Atelier.Server.Echo;

/// <summary>What an input asks of echo. The server has validated it; here it is read as laxly as it was validated.</summary>
sealed record EchoRequest
{
    /// <summary>How long before the answer; 0 to 10 minutes.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>Log lines, 0 to 1000.</summary>
    public int Logs { get; private init; }

    public EchoFailure? Fail { get; private init; }

    /// <summary>Length of the padding in the answer, 0 to 16 MiB.</summary>
    public int SizeBytes { get; private init; }

    public EchoFile? File { get; private init; }

    /// <summary>The first field asked for that only a process of its own can obey: <c>crash</c>, <c>hang</c>.</summary>
    public string? Unsupported { get; private init; }

    /// <summary>Whether the input has a field that echo obeys; most have none and need no reading.</summary>
    public static bool AsksAnything(ReadOnlySpan<byte> input)
    {
        var reader = new Utf8JsonReader(input);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delay_ms"u8) || reader.ValueTextEquals("logs"u8)
                || reader.ValueTextEquals("fail"u8) || reader.ValueTextEquals("size_bytes"u8)
                || reader.ValueTextEquals("file"u8) || reader.ValueTextEquals("crash"u8)
                || reader.ValueTextEquals("hang"u8))
            {
                return true;
            }

            reader.Read();
            reader.Skip();
        }

        return false;
    }

    public static EchoRequest Read(JsonElement input) => new()
    {
        Delay = TimeSpan.FromMilliseconds(Integer(input, "delay_ms", 0, 600_000) ?? 0),
        Logs = Integer(input, "logs", 0, 1000) ?? 0,
        Fail = Present(input, "fail") is { ValueKind: JsonValueKind.Object } fail
            ? new(Integer(fail, "status", 400, 599) ?? 500, Present(fail, "detail"), Integer(fail, "times", 1, 9))
            : null,
        SizeBytes = Integer(input, "size_bytes", 0, 16 * 1024 * 1024) ?? 0,
        File = Present(input, "file") is { ValueKind: JsonValueKind.Object } file
            ? new(Present(file, "text")?.GetString() ?? "", Present(file, "content_type")?.GetString() ?? "text/plain")
            : null,
        Unsupported = Flag(input, "crash") ? "crash" : Flag(input, "hang") ? "hang" : null,
    };

    static JsonElement? Present(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static int? Integer(JsonElement parent, string name, int least, int most)
    {
        if (Present(parent, name) is not { } value)
        {
            return null;
        }

        // "250" and 250.0 are integers to the validator too.
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, least, most)
            : least;
    }

    static bool Flag(JsonElement parent, string name) => Present(parent, name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.GetDouble() != 0,
        JsonValueKind.String => value.GetString()!.ToLowerInvariant() is "true" or "1" or "yes" or "y" or "on" or "t",
        _ => false,
    };
}

/// <summary>An error to answer.</summary>
/// <param name="Detail">Any JSON.</param>
/// <param name="Times">Only attempts up to this one fail; null: all.</param>
sealed record EchoFailure(int Status, JsonElement? Detail, int? Times);

/// <summary>A file to store.</summary>
sealed record EchoFile(string Text, string ContentType);
