using System.Globalization;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>
/// Uploads in parts, in the four spellings that fal's clients have: presigned (JavaScript, SDK), with a CDN token
/// (Python), the SDK's Google storage, and the older CDN's. One upload may mix them.
/// </summary>
static class MultipartEndpoints
{
    /// <summary><c>storage_type</c> of the SDK that appends part numbers to the upload URL, query or not.</summary>
    const string GoogleStorage = "gcs";

    const int CompleteMaxBytes = 4 << 20;

    public static void MapMultipart(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"/{FalHostNames.Rest}/storage/upload/initiate-multipart", InitiateAsync);
        var cdn = routes.MapGroup($"/{FalHostNames.Cdn}").WithMetadata(new AllowKeyless());
        cdn.MapPost("/upload/initiate-multipart", InitiateAsync);
        cdn.MapPost("/files/upload/multipart", BeginAsync);

        var upload = cdn.MapGroup("/files/b/{folder}/{name}/multipart/{upload}");
        upload.MapPut("/{part}", PutPartAsync);
        upload.MapPut("", PutPartAsync);
        upload.MapPost("/{part}", PartTargetOf);
        upload.MapPost("/complete", CompleteAsync);
        upload.MapPost("", CompleteAsync);
        upload.MapGet("", ListAsync);
        upload.MapDelete("", AbortAsync);
    }

    static async Task<IResult> InitiateAsync(
        HttpContext context, UploadAuthority authority, SignedTokens tokens, StorageOptions options, TimeProvider time)
    {
        if (authority.Of(context) is not { } sender)
        {
            return Stranger();
        }

        var (lifecycle, refused) = authority.LifecycleOf(context.Request, sender.KeyId);
        if (refused is not null)
        {
            return refused;
        }

        if (await InitiateRequest.ReadAsync(context) is not { } body)
        {
            return WireError.Detail(400, UploadEndpoints.NotAnInitiate, "bad_request");
        }

        var ticket = Ticket(sender, body.ContentType, body.FileName, lifecycle, options, time);
        var (fileUrl, uploadUrl) = (FileUrl(context, ticket), UploadUrl(context, ticket, tokens));

        // The SDK appends "/1" to this one as text and sends its key along; a pass in a query would be in its way.
        var answer = context.Request.Query["storage_type"] == GoogleStorage
            ? new InitiateAnswer(fileUrl, uploadUrl)
            : new InitiateAnswer(fileUrl, uploadUrl + Pass(ticket, tokens));
        return WireJson.Ok(answer, StorageJson.Default.InitiateAnswer);
    }

    static IResult BeginAsync(
        HttpContext context, UploadAuthority authority, SignedTokens tokens, StorageOptions options, TimeProvider time)
    {
        if (authority.Of(context) is not { } sender)
        {
            return Stranger();
        }

        var headers = context.Request.Headers;
        var (lifecycle, refused) = authority.LifecycleOf(context.Request, sender.KeyId);
        if (refused is not null)
        {
            return refused;
        }

        if (context.Request.ContentType?.Length > 255)
        {
            return WireError.Detail(400, "Content-Type must have at most 255 characters.", "bad_request");
        }

        var ticket = Ticket(
            sender, context.Request.ContentType, headers[FalHeaders.FileName], lifecycle, options, time);
        return WireJson.Ok(
            new MultipartAnswer(
                FileUrl(context, ticket), tokens.Issue(ticket, StorageJson.Default.MultipartTicket)),
            StorageJson.Default.MultipartAnswer);
    }

    static async Task<IResult> PutPartAsync(
        HttpContext context, UploadRights rights, FileStore store, PartStore parts, StorageOptions options)
    {
        var (ticket, refused) = rights.Of(context);
        if (ticket is null)
        {
            return refused!;
        }

        if (PartNumber(context) is not { } number)
        {
            return NoPart();
        }

        var limit = Math.Min(options.PartMaxBytes, ticket.LimitBytes);
        var outcome = await UploadAnswers.ReceiveAsync(
            context, store, limit, (content, aborted) => parts.PutAsync(ticket, number, content, aborted));
        if (outcome is not SaveOutcome.PartKept(var part))
        {
            return UploadAnswers.Refuse(outcome);
        }

        // The JavaScript client reads the body, the Python client the header.
        context.Response.Headers.ETag = part.ETag;
        return WireJson.Ok(new PartAnswer(part.Number, part.ETag), StorageJson.Default.PartAnswer);
    }

    static IResult PartTargetOf(HttpContext context, UploadRights rights, SignedTokens tokens)
    {
        var (ticket, refused) = rights.Of(context);
        if (ticket is null)
        {
            return refused!;
        }

        return PartNumber(context) is { } number
            ? WireJson.Ok(
                new PartTarget(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{UploadUrl(context, ticket, tokens)}/{number}{Pass(ticket, tokens)}")),
                StorageJson.Default.PartTarget)
            : NoPart();
    }

    static async Task<IResult> CompleteAsync(HttpContext context, UploadRights rights, PartStore parts)
    {
        var (ticket, refused) = rights.Of(context);
        if (ticket is null)
        {
            return refused!;
        }

        if (await ReadCompleteAsync(context) is not { } named)
        {
            return WireError.Detail(
                400, "The body must be {\"parts\": [{\"partNumber\", \"etag\"}]} with 1 to 10000 parts.", "bad_request");
        }

        var outcome = await parts.CompleteAsync(ticket, named, context.RequestAborted);
        return outcome is SaveOutcome.Saved(var file)
            ? WireJson.Ok(new FileAnswer(file.Url(WireTarget.Of(context).FilesBaseUrl)), StorageJson.Default.FileAnswer)
            : UploadAnswers.Refuse(outcome);
    }

    static async Task<IResult> ListAsync(HttpContext context, UploadRights rights, PartStore parts)
    {
        var (ticket, refused) = rights.Of(context);
        if (ticket is null)
        {
            return refused!;
        }

        var list = await parts.ListAsync(new(ticket.Id), context.RequestAborted);
        return WireJson.Ok(
            new PartList([.. list.Select(part => new PartEntry(part.Number, part.ETag, part.Size))]),
            StorageJson.Default.PartList);
    }

    static async Task<IResult> AbortAsync(HttpContext context, UploadRights rights, PartStore parts)
    {
        var (ticket, refused) = rights.Of(context);
        if (ticket is null)
        {
            return refused!;
        }

        await parts.AbortAsync(new(ticket.Id), context.RequestAborted);
        return TypedResults.NoContent();
    }

    static MultipartTicket Ticket(
        CdnTicket sender, string? contentType, string? fileName, ObjectLifecycle lifecycle, StorageOptions options,
        TimeProvider time) => new(
            FileId.New().Value,
            sender.AccountId,
            contentType,
            FileName.ForPeople(fileName),
            (long?)lifecycle.Expiration?.TotalSeconds,
            lifecycle.Acl,
            options.MultipartMaxBytes,
            time.GetUtcNow() + options.MultipartLifetime);

    static string FileUrl(HttpContext context, MultipartTicket ticket) =>
        WireTarget.Of(context).FilesBaseUrl + new FileId(ticket.Id).UrlPath(ticket.FileName);

    static string UploadUrl(HttpContext context, MultipartTicket ticket, SignedTokens tokens) =>
        $"{FileUrl(context, ticket)}/multipart/{tokens.Issue(ticket, StorageJson.Default.MultipartTicket)}";

    static string Pass(MultipartTicket ticket, SignedTokens tokens) =>
        $"?pass={tokens.Issue(new(ticket.Id), StorageJson.Default.UploadPass)}";

    // The older CDN's clients say it in the query.
    static int? PartNumber(HttpContext context)
    {
        var text = context.GetRouteValue("part") as string ?? context.Request.Query["part_number"].ToString();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= StoredPart.NumberMax
                ? number
                : null;
    }

    static async Task<IReadOnlyList<NamedPart>?> ReadCompleteAsync(HttpContext context)
    {
        var body = await SmallBody.ReadAsync(context, CompleteMaxBytes, StorageJson.Default.CompleteBody);
        return body?.Parts is { Count: > 0 and <= StoredPart.NumberMax } parts
            && parts.All(part => (part?.Camel ?? part?.Snake) is not null && part!.Etag is not null)
                ? [.. parts.Select(part => new NamedPart((part.Camel ?? part.Snake)!.Value, Digest(part.Etag!)))]
                : null;
    }

    // The clients give the tag back as it came; the SDK takes its quotes off.
    static string Digest(string etag) => etag.Trim().Trim('"');

    static WireError Stranger() => WireError.Detail(401, "The upload token is not valid, or has expired.");

    static WireError NoPart() => WireError.Detail(400, "The number of a part is 1 to 10000.", "bad_request");
}
