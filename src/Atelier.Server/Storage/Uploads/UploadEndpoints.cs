using System.Globalization;
using Atelier.Protocol;
using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>
/// Uploads in one piece: the presigned way of the JavaScript client, the token way of the Python client, and the older
/// SDK's.
/// </summary>
static class UploadEndpoints
{
    public const string NotAnInitiate = "The body must be a JSON object with content_type and file_name.";

    const string PresignedPath = "/files/upload/presigned/";

    public static void MapUploads(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"/{FalHostNames.Rest}/storage/upload/initiate", InitiateAsync);
        routes.MapPost($"/{FalHostNames.Rest}/storage/auth/token", Token);
        routes.MapPost($"/{FalHostNames.Cdn}/files/upload", UploadAsync).WithMetadata(new AllowKeyless());
        routes.MapPut($"/{FalHostNames.Cdn}/upload", UploadOlderAsync).WithMetadata(new AllowKeyless());
        routes.MapPut($"/{FalHostNames.Cdn}" + PresignedPath + "{folder}/{name}", PutAsync).WithMetadata(new AllowKeyless());
    }

    static async Task<IResult> InitiateAsync(
        HttpContext context, SignedTokens tokens, UploadAuthority authority, StorageOptions options, TimeProvider time)
    {
        var caller = Caller.Of(context);
        var (lifecycle, refused) = authority.LifecycleOf(context.Request, caller.KeyId);
        if (refused is not null)
        {
            return refused;
        }

        if (await InitiateRequest.ReadAsync(context) is not { } body)
        {
            return WireError.Detail(400, NotAnInitiate, "bad_request");
        }

        var id = FileId.New();
        var name = FileName.ForPeople(body.FileName);
        var ticket = new UploadTicket(
            id.Value,
            caller.AccountId,
            body.ContentType,
            name,
            (long?)lifecycle.Expiration?.TotalSeconds,
            lifecycle.Acl,
            options.UploadMaxBytes,
            time.GetUtcNow() + UploadTicket.Lifetime);
        var target = WireTarget.Of(context).FilesBaseUrl;
        var signature = tokens.Issue(ticket, StorageJson.Default.UploadTicket);
        return WireJson.Ok(
            new InitiateAnswer(
                target + id.UrlPath(name), $"{target}{PresignedPath}{id.Segments(name)}?ticket={signature}"),
            StorageJson.Default.InitiateAnswer);
    }

    static async Task<IResult> PutAsync(
        string folder, string name, HttpContext context, FileStore store, SignedTokens tokens, TimeProvider time)
    {
        var given = context.Request.Query["ticket"].ToString();
        if (!tokens.TryRead(given, StorageJson.Default.UploadTicket, out var ticket)
            || FileId.FromSegments(folder, name) is not { } id || id.Value != ticket.Id)
        {
            return WireError.Detail(403, "This upload URL is not valid.");
        }

        if (ticket.ValidUntil <= time.GetUtcNow())
        {
            return WireError.Detail(403, "This upload URL has expired; ask for a new one.");
        }

        var file = new NewFile(
            ticket.AccountId,
            string.IsNullOrEmpty(ticket.ContentType) ? context.Request.ContentType : ticket.ContentType,
            ticket.FileName,
            ticket.ExpirationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ticket.LimitBytes,
            ticket.Acl);
        var outcome = await UploadAnswers.ReceiveAsync(
            context, store, file.LimitBytes, (content, aborted) => store.PutAsync(id, file, content, aborted));
        return outcome is SaveOutcome.Saved
            ? TypedResults.Text("{}", "application/json")
            : UploadAnswers.Refuse(outcome);
    }

    static IResult Token(HttpContext context, SignedTokens tokens, TimeProvider time)
    {
        var until = time.GetUtcNow() + CdnTicket.Lifetime;
        var caller = Caller.Of(context);
        var token = tokens.Issue(new(caller.AccountId, until, caller.KeyId), StorageJson.Default.CdnTicket);
        return WireJson.Ok(
            new TokenAnswer(
                token,
                "Bearer",
                WireTarget.Of(context).FilesBaseUrl,
                until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture)),
            StorageJson.Default.TokenAnswer);
    }

    static async Task<IResult> UploadAsync(
        HttpContext context, FileStore store, UploadAuthority authority, StorageOptions options)
    {
        var (saved, refused) = await KeepAsync(context, store, authority, options);
        return refused ?? WireJson.Ok(new UploadAnswer(UrlOf(saved!, context)), StorageJson.Default.UploadAnswer);
    }

    static async Task<IResult> UploadOlderAsync(
        HttpContext context, FileStore store, UploadAuthority authority, StorageOptions options)
    {
        var (saved, refused) = await KeepAsync(context, store, authority, options);
        return refused ?? WireJson.Ok(new FileAnswer(UrlOf(saved!, context)), StorageJson.Default.FileAnswer);
    }

    static async Task<(StoredFile? Saved, WireError? Refused)> KeepAsync(
        HttpContext context, FileStore store, UploadAuthority authority, StorageOptions options)
    {
        if (authority.Of(context) is not { } sender)
        {
            return (null, WireError.Detail(401, "The upload token is not valid, or has expired."));
        }

        var request = context.Request;
        var (lifecycle, refused) = authority.LifecycleOf(request, sender.KeyId);
        if (refused is not null)
        {
            return (null, refused);
        }

        var file = new NewFile(
            sender.AccountId,
            request.ContentType,
            request.Headers[FalHeaders.FileName],
            lifecycle.Expiration,
            options.UploadMaxBytes,
            lifecycle.Acl);
        var outcome = await UploadAnswers.ReceiveAsync(
            context, store, file.LimitBytes, (content, aborted) => store.AddAsync(file, content, aborted));
        return outcome is SaveOutcome.Saved(var saved) ? (saved, null) : (null, UploadAnswers.Refuse(outcome));
    }

    static string UrlOf(StoredFile file, HttpContext context) => file.Url(WireTarget.Of(context).FilesBaseUrl);
}
