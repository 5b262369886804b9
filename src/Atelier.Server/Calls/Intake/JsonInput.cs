using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Atelier.Protocol;

namespace Atelier.Server.Calls;

/// <summary>An input as bytes: read within a limit and checked to be JSON, without building a document.</summary>
static class JsonInput
{
    /// <summary>The deepest nesting of an input: stores, validators and runners rely on it.</summary>
    public const int DepthMax = 64;

    // What is set aside before the first byte has come, however much a header promises.
    const int FirstBufferBytes = 64 * 1024;

    /// <summary>The whole body. Its limit is the server's own limit on request bodies.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the limit, broke off or came too slowly.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? 4096, FirstBufferBytes)];
        var length = 0;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var part = read.Buffer;
            if (length + part.Length > buffer.Length)
            {
                Array.Resize(ref buffer, checked((int)Math.Max(length + part.Length, 2L * buffer.Length)));
            }

            part.CopyTo(buffer.AsSpan(length));
            length += (int)part.Length;
            request.BodyReader.AdvanceTo(part.End);
            if (read.IsCompleted)
            {
                return buffer.AsMemory(0, length);
            }
        }
    }

    /// <summary>Whether the bytes are one JSON value in valid UTF-8, nested within the limit.</summary>
    /// <param name="json">The bytes as they came.</param>
    /// <param name="syncMode">Whether it is an object whose <c>sync_mode</c> is on, by pydantic's lax reading.</param>
    public static bool IsJson(ReadOnlySpan<byte> json, out bool syncMode)
    {
        syncMode = false;

        // The reader checks structure only; strings with broken UTF-8 would reach the caller again in a result.
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            // First: a name is read in the pass below.
            if (!SurrogatePairs.AreWhole(json, DepthMax))
            {
                return false;
            }

            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1 &&
                    reader.ValueTextEquals("sync_mode"u8) && reader.Read())
                {
                    syncMode = IsTrue(ref reader);
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool IsTrue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.Number => reader.TryGetInt32(out var number) && number == 1,
        JsonTokenType.String => reader.GetString() is { } text &&
            text.ToLowerInvariant() is "true" or "1" or "yes" or "on" or "y" or "t",
        _ => false,
    };
}
