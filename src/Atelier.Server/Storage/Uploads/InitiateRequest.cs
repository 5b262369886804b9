using Atelier.Server.Wire;

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
        var body = await SmallBody.ReadAsync(context, MaxBytes, StorageJson.Default.InitiateBody, empty: new(null, null));
        return body?.ContentType?.Length > ContentTypeMaxLength ? null : body;
    }
}
