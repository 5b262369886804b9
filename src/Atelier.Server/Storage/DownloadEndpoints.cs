using System.Globalization;
using Atelier.Server.Wire;
using Microsoft.Net.Http.Headers;

namespace Atelier.Server.Storage;

/// <summary>Downloads. The id is the right to read: no key is asked for.</summary>
static class DownloadEndpoints
{
    // A file never changes under its address, so copies are good for as long as the file is.
    const int CacheSeconds = 30 * 24 * 3600;

    public static void MapDownloads(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/v3.fal.media/files/b/{folder}/{name}", ["GET", "HEAD"], Download)
            .WithMetadata(new AllowKeyless());

    static IResult Download(string folder, string name, HttpContext context, FileStore store, TimeProvider time)
    {
        if (FileId.FromSegments(folder, name) is not { } id
            || store.Find(id) is not { } file
            || store.Open(file) is not { } content)
        {
            return WireError.Detail(404, "File not found");
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.ContentDisposition = Disposition(file);
        headers.CacheControl = CacheControl(file, time.GetUtcNow());

        // RFC 9110: a range in a unit we do not know is ignored. The framework takes every unit for bytes.
        if (!context.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            context.Request.Headers.Remove(HeaderNames.Range);
        }

        // The framework's own range and condition handling; a request for several ranges gets the whole.
        return TypedResults.File(
            content,
            file.ContentType,
            lastModified: file.Created,
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""),
            enableRangeProcessing: true);
    }

    static string Disposition(StoredFile file)
    {
        var disposition = new ContentDispositionHeaderValue(
            ContentTypes.IsActive(file.ContentType) ? "attachment" : "inline");
        disposition.SetHttpFileName(file.FileName);
        return disposition.ToString();
    }

    static string CacheControl(StoredFile file, DateTimeOffset now)
    {
        var seconds = file.Expires is { } expires
            ? (long)Math.Clamp((expires - now).TotalSeconds, 0, CacheSeconds)
            : CacheSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"public, max-age={seconds}, immutable");
    }
}
