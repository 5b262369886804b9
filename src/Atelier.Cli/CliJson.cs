using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Cli;

/// <summary>The documents this program reads and writes by itself.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerFile))]
[JsonSerializable(typeof(StoredKey))]
[JsonSerializable(typeof(StoredSettings))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class CliJson : JsonSerializerContext
{
    // Relaxed escaping is for HTML's sake only; control characters stay escaped, so a terminal is safe.
    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one JSON document with a writer.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write, bool indented = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Compact with { Indented = indented }))
        {
            write(writer);
        }

        return stream.ToArray();
    }
}

/// <summary><c>server.json</c>: written by the running server into its data folder.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Pid">Its process.</param>
/// <param name="Instance">The secret-free id that <c>/health</c> answers too.</param>
/// <param name="TlsPort">Where it serves fal's host names, when it does.</param>
/// <param name="CaFile">The authority that clients must trust for that.</param>
sealed record ServerFile(
    [property: JsonRequired] string Url, [property: JsonRequired] int Pid, [property: JsonRequired] string Instance,
    int? TlsPort = null, string? CaFile = null);

/// <summary>A key as stored: <c>{"key":"id:secret"}</c>.</summary>
sealed record StoredKey([property: JsonRequired] string Key);

/// <summary><c>cli.json</c>: the target to use when nothing else says one.</summary>
sealed record StoredSettings(string? Server);
