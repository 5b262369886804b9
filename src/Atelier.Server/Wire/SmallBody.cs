using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Server.Wire;

/// <summary>Bodies of a few fields: read whole, within a limit of their own, whether or not a header tells the length.</summary>
public static class SmallBody
{
    // What is set aside before the first byte has come.
    const int FirstBufferBytes = 4 * 1024;

    /// <summary>The body, empty when there is none; null when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return null;
        }

        var body = new ArrayBufferWriter<byte>(FirstBufferBytes);
        while (await context.Request.Body.ReadAsync(body.GetMemory(), context.RequestAborted) is > 0 and var read)
        {
            body.Advance(read);
            if (body.WrittenCount > maxBytes)
            {
                return null;
            }
        }

        return body.WrittenMemory;
    }

    /// <summary>The body as a value; null when it is too long, no JSON, of another form, or <c>null</c>.</summary>
    /// <param name="type">Of a source-generated context.</param>
    /// <param name="empty">What no body at all means.</param>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext context, int maxBytes, JsonTypeInfo<T> type, T? empty = null)
        where T : class
    {
        if (await ReadAsync(context, maxBytes) is not { } body)
        {
            return null;
        }

        try
        {
            return body.IsEmpty ? empty : JsonSerializer.Deserialize(body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
