using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Echo;

/// <summary>What an input asks of echo, once it is validated: <c>docs/echo.md</c>.</summary>
sealed record EchoRequest
{
    /// <summary>Log lines, 0 to 1000.</summary>
    public int Logs { get; init; }

    /// <summary>Milliseconds before the answer, 0 to 600 000.</summary>
    public int DelayMs { get; init; }

    /// <summary>Asked for in vain: this process is the server's own.</summary>
    public bool Crash { get; init; }

    /// <summary>Asked for in vain, as well.</summary>
    public bool Hang { get; init; }

    public EchoFailure? Fail { get; init; }

    public EchoFile? File { get; init; }

    /// <summary>Length of the padding in the answer, 0 to 16 MiB.</summary>
    public int SizeBytes { get; init; }

    /// <summary>Whether the input has a field that echo obeys; most have none and need no reading.</summary>
    public static bool AsksAnything(ReadOnlySpan<byte> input)
    {
        var reader = new Utf8JsonReader(input);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            // No object: the validator has a sentence for it.
            return true;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("logs"u8) || reader.ValueTextEquals("delay_ms"u8)
                || reader.ValueTextEquals("crash"u8) || reader.ValueTextEquals("hang"u8)
                || reader.ValueTextEquals("fail"u8) || reader.ValueTextEquals("file"u8)
                || reader.ValueTextEquals("size_bytes"u8))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}

/// <summary>An error to answer.</summary>
/// <param name="Detail">Any JSON; null counts as absent.</param>
/// <param name="Times">Only attempts up to this one fail; null: all.</param>
sealed record EchoFailure(int Status, JsonElement? Detail, int? Times);

/// <summary>A file to store.</summary>
sealed record EchoFile(string Text, string ContentType);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EchoRequest))]
[JsonSerializable(typeof(EchoStreamRequest))]
sealed partial class EchoJson : JsonSerializerContext;
