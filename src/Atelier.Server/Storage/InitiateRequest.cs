using System.Text.Json;

namespace Atelier.Server.Storage;

/// <summary>The body of the routes that begin an upload.</summary>
static class InitiateRequest
{
    const int MaxBytes = 64 << 10;

    // It travels in the upload's URL.
    const int ContentTypeMaxLength = 255;

    /// <summary>Reads it; null when it is no JSON object of the right form. An absent body names nothing.</summary>
    public static async Task<InitiateBody?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 or > MaxBytes)
        {
            return context.Request.ContentLength is 0 ? new(null, null) : null;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync(
                context.Request.Body, StorageJson.Default.InitiateBody, context.RequestAborted);
            return body?.ContentType?.Length > ContentTypeMaxLength ? null : body;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
