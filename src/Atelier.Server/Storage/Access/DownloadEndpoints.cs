using System.Globalization;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;
using Microsoft.Net.Http.Headers;

namespace Atelier.Server.Storage;

/// <summary>
/// Downloads. The id is the right to read: no key is asked for, unless the file's access list says otherwise.
/// </summary>
static class DownloadEndpoints
{
    /// <summary>The query parameter of a signed URL, as fal's.</summary>
    public const string Identity = "identity";

    // A file never changes under its address, so copies are good for as long as the file is.
    const int CacheSeconds = 30 * 24 * 3600;

    public static void MapDownloads(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"/{FalHostNames.Cdn}/files/b/{{folder}}/{{name}}", ["GET", "HEAD"], Download)
            .WithMetadata(new AllowKeyless());

    static IResult Download(
        string folder, string name, HttpContext context, FileStore store, SignedTokens tokens, TimeProvider time)
    {
        if (FileId.FromSegments(folder, name) is not { } id || store.Find(id) is not { } file)
        {
            return NotFound();
        }

        var decision = Decide(file, context, tokens, time);
        if (decision is AclDecision.Forbid)
        {
            return WireError.Detail(403, "You are not allowed to read this file.");
        }

        if (decision is AclDecision.Hide || store.Open(file) is not { } content)
        {
            return NotFound();
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

    static AclDecision Decide(StoredFile file, HttpContext context, SignedTokens tokens, TimeProvider time)
    {
        if (file.Acl is not { } acl)
        {
            return AclDecision.Allow;
        }

        var caller = context.Features.Get<Caller>();
        var decision = acl.For(caller?.KeyId, caller?.AccountId, file.AccountId);
        return decision is not AclDecision.Allow
            && tokens.TryRead(
                context.Request.Query[Identity].ToString(), StorageJson.Default.DownloadPass, out var pass)
            && pass.Id == file.Id && pass.ValidUntil > time.GetUtcNow()
                ? AclDecision.Allow
                : decision;
    }

    static WireError NotFound() => WireError.Detail(404, "File not found");

    static string Disposition(StoredFile file)
    {
        var disposition = new ContentDispositionHeaderValue(
            ContentTypes.IsActive(file.ContentType) ? "attachment" : "inline");
        disposition.SetHttpFileName(file.FileName);
        return disposition.ToString();
    }

    static string CacheControl(StoredFile file, DateTimeOffset now)
    {
        // A copy in between would be served to whoever comes next.
        if (file.Acl is not (null or { Default: AclDecision.Allow, Rules: [] }))
        {
            return "private, no-cache";
        }

        var seconds = file.Expires is { } expires
            ? (long)Math.Clamp((expires - now).TotalSeconds, 0, CacheSeconds)
            : CacheSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"public, max-age={seconds}, immutable");
    }
}
