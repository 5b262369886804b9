using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Outbound;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Storage;

/// <summary>
/// What runners ask of the gateway in a caller's name: keep an output, fetch an input. Allowed only while the call
/// runs, to the runner that has it.
/// </summary>
static class RunnerFileEndpoints
{
    public static void MapRunnerFiles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/rest.fal.ai/storage/runner").WithMetadata(new AllowKeyless(), new NoBrowsers());
        group.MapPost("/files", SaveForAsync);
        group.MapGet("/fetch", FetchForAsync);
    }

    static async Task<IResult> SaveForAsync(HttpContext context, ActiveCalls calls, FileStore store, OutputFiles outputs)
    {
        if (RightsOf(context, calls) is not { } rights)
        {
            return NotYours();
        }

        var name = context.Request.Headers[FalHeaders.FileName].ToString();
        var file = outputs.Describe(rights, context.Request.ContentType, Uri.UnescapeDataString(name));
        var outcome = await UploadAnswers.ReceiveAsync(
            context, store, file.LimitBytes, (content, aborted) => store.AddAsync(file, content, aborted));
        return outcome is SaveOutcome.Saved(var saved)
            ? TypedResults.Json(
                new RunnerFileAnswer(saved.Url(rights.FilesBaseUrl), saved.ContentType, saved.FileName, saved.Size),
                StorageJson.Default.RunnerFileAnswer,
                "application/json")
            : UploadAnswers.Refuse(outcome);
    }

    static async Task<IResult> FetchForAsync(
        string url, long? max_bytes, HttpContext context, ActiveCalls calls, FileStore store, GuardedHttp http)
    {
        if (RightsOf(context, calls) is not { } rights)
        {
            return NotYours();
        }

        var limit = max_bytes ?? long.MaxValue;
        if (OwnFiles.Match(url, rights.FilesBaseUrl, context.Connection.LocalPort) is var (id, isCertain))
        {
            var file = store.Find(id);
            if (file?.AccountId == rights.AccountId && store.Open(file) is { } content)
            {
                return await AnswerOwnAsync(file, content, limit);
            }

            if (isCertain)
            {
                return Refuse("file_download_error", "The file does not exist, or is no longer kept.");
            }
        }

        return await FetchAsync(url, limit, store, http, context.RequestAborted);
    }

    static async Task<IResult> AnswerOwnAsync(StoredFile file, Stream content, long limit)
    {
        if (file.Size <= limit)
        {
            return TypedResults.File(content, file.ContentType);
        }

        await content.DisposeAsync();
        return TooLarge(limit);
    }

    // To disk first: once a 200 has begun, nobody can be told that the rest is too large or never came.
    static async Task<IResult> FetchAsync(
        string url, long limit, FileStore store, GuardedHttp http, CancellationToken cancellationToken)
    {
        var scratch = store.OpenScratch();
        try
        {
            using var download = await http.GetAsync(url, limit, cancellationToken);
            await download.CopyToAsync(scratch, cancellationToken);
            scratch.Position = 0;
            var body = scratch;
            scratch = null;
            return TypedResults.File(body, download.ContentType ?? ContentTypes.Unknown);
        }
        catch (OutboundException fault)
        {
            return fault.Failure is OutboundFailure.TooLarge
                ? Refuse("file_too_large", fault.Message)
                : Refuse("file_download_error", fault.Message);
        }
        catch (IOException fault) when (Durable.IsDiskFull(fault))
        {
            return UploadAnswers.Refuse(new SaveOutcome.DiskFull());
        }
        finally
        {
            if (scratch is not null)
            {
                await scratch.DisposeAsync();
            }
        }
    }

    static CallRights? RightsOf(HttpContext context, ActiveCalls calls)
    {
        const string scheme = "Runner ";
        var authorization = context.Request.Headers.Authorization.ToString();
        return authorization.StartsWith(scheme, StringComparison.Ordinal)
            ? calls.Find(context.Request.Headers[FalHeaders.RequestId].ToString(), authorization[scheme.Length..])
            : null;
    }

    static WireError NotYours() => WireError.Detail(401, "This runner does not have that request.");

    static JsonHttpResult<FetchRefusal> TooLarge(long limit) =>
        Refuse("file_too_large", $"The file is larger than {limit} bytes.");

    static JsonHttpResult<FetchRefusal> Refuse(string type, string sentence) => TypedResults.Json(
        new FetchRefusal(type, sentence), StorageJson.Default.FetchRefusal, "application/json", 422);
}
