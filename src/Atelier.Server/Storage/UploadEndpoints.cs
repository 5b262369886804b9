using System.Globalization;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Storage;

/// <summary>
/// Uploads in one piece: the presigned way of the JavaScript client, the token way of the Python client.
/// </summary>
static class UploadEndpoints
{
    const int InitiateMaxBytes = 64 << 10;
    const string PresignedPath = "/files/upload/presigned/";

    public static void MapUploads(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/rest.fal.ai/storage/upload/initiate", InitiateAsync);
        routes.MapPost("/rest.fal.ai/storage/auth/token", Token);
        routes.MapPost("/v3.fal.media/files/upload", UploadAsync).WithMetadata(new AllowKeyless());
        routes.MapPut("/v3.fal.media" + PresignedPath + "{folder}/{name}", PutAsync).WithMetadata(new AllowKeyless());
    }

    static async Task<IResult> InitiateAsync(
        HttpContext context, SignedTokens tokens, StorageOptions options, TimeProvider time)
    {
        if (await ReadInitiateAsync(context) is not { } body)
        {
            return WireError.Detail(400, "The body must be a JSON object with content_type and file_name.");
        }

        if (!ObjectLifecycle.TryParse(LifecycleOf(context.Request), out var lifecycle, out var problem))
        {
            return WireError.Detail(400, problem);
        }

        var id = FileId.New();
        var name = FileName.ForPeople(body.FileName);
        var ticket = new UploadTicket(
            id.Value,
            Caller.Of(context).AccountId,
            body.ContentType,
            name,
            (long?)lifecycle.Expiration?.TotalSeconds,
            options.UploadMaxBytes,
            time.GetUtcNow() + UploadTicket.Lifetime);
        var target = WireTarget.Of(context).FilesBaseUrl;
        var signature = tokens.Issue(ticket, StorageJson.Default.UploadTicket);
        return TypedResults.Json(
            new InitiateAnswer(
                target + id.UrlPath(name), $"{target}{PresignedPath}{id.Segments(name)}?ticket={signature}"),
            StorageJson.Default.InitiateAnswer,
            "application/json");
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
            ticket.LimitBytes);
        var outcome = await UploadAnswers.ReceiveAsync(
            context, file.LimitBytes, (content, aborted) => store.PutAsync(id, file, content, aborted));
        return outcome is SaveOutcome.Saved
            ? TypedResults.Text("{}", "application/json")
            : UploadAnswers.Refuse(outcome);
    }

    static JsonHttpResult<TokenAnswer> Token(HttpContext context, SignedTokens tokens, TimeProvider time)
    {
        var until = time.GetUtcNow() + CdnTicket.Lifetime;
        var token = tokens.Issue(new(Caller.Of(context).AccountId, until), StorageJson.Default.CdnTicket);
        return TypedResults.Json(
            new TokenAnswer(
                token,
                "Bearer",
                WireTarget.Of(context).FilesBaseUrl,
                until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture)),
            StorageJson.Default.TokenAnswer,
            "application/json");
    }

    static async Task<IResult> UploadAsync(
        HttpContext context, FileStore store, SignedTokens tokens, StorageOptions options, TimeProvider time)
    {
        if (AccountOf(context, tokens, time) is not { } account)
        {
            return WireError.Detail(401, "The upload token is not valid, or has expired.");
        }

        var request = context.Request;
        if (!ObjectLifecycle.TryParse(LifecycleOf(request), out var lifecycle, out var problem))
        {
            return WireError.Detail(400, problem);
        }

        var file = new NewFile(
            account,
            request.ContentType,
            request.Headers[FalHeaders.FileName],
            lifecycle.Expiration,
            options.UploadMaxBytes);
        var outcome = await UploadAnswers.ReceiveAsync(
            context, file.LimitBytes, (content, aborted) => store.AddAsync(file, content, aborted));
        return outcome is SaveOutcome.Saved(var saved)
            ? TypedResults.Json(
                new UploadAnswer(saved.Url(WireTarget.Of(context).FilesBaseUrl)),
                StorageJson.Default.UploadAnswer,
                "application/json")
            : UploadAnswers.Refuse(outcome);
    }

    // A key that was checked on the way in, else a token of ours.
    static string? AccountOf(HttpContext context, SignedTokens tokens, TimeProvider time)
    {
        if (context.Features.Get<Caller>() is { } caller)
        {
            return caller.AccountId;
        }

        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && tokens.TryRead(header[scheme.Length..].Trim(), StorageJson.Default.CdnTicket, out var ticket)
            && ticket.ValidUntil > time.GetUtcNow()
            ? ticket.AccountId
            : null;
    }

    // The Python client sends both names with one meaning; the JavaScript client sends the first.
    static string? LifecycleOf(HttpRequest request) =>
        request.Headers.TryGetValue(FalHeaders.Lifecycle, out var own)
            ? own.ToString()
            : request.Headers[FalHeaders.LifecyclePreference].ToString();

    static async Task<InitiateBody?> ReadInitiateAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 or > InitiateMaxBytes)
        {
            return context.Request.ContentLength is 0 ? new(null, null) : null;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(
                context.Request.Body, StorageJson.Default.InitiateBody, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
