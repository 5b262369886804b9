using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>DELETE /v1/models/requests/{id}/payloads</c>: input, answer, log, and the files that the answer names.</summary>
/// <remarks>Files first: if that breaks off, the answer still names them, and the next call goes on.</remarks>
sealed partial class PayloadDeletion(IQueueStore store, DeleteFile deleteFile, ILogger<PayloadDeletion> logger)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var id = context.Request.RouteValues["request_id"] as string ?? "";
        if (!Guid.TryParse(id, out _))
        {
            await PlatformError.Create(400, "validation_error", "request_id must be a UUID").ExecuteAsync(context);
            return;
        }

        var account = Caller.Of(context).AccountId;
        if (await store.FindAsync(id, account, context.RequestAborted) is not { } job)
        {
            await PlatformError.Create(404, "not_found", "Request not found").ExecuteAsync(context);
            return;
        }

        if (job.State is not JobState.Completed)
        {
            await PlatformError.Create(400, "validation_error", "Request is still in progress").ExecuteAsync(context);
            return;
        }

        var answer = await store.AnswerAsync(id, account, context.RequestAborted);
        var files = answer is null ? [] : Delete(context, job, answer.Body);
        await store.History.DeletePayloadsAsync(id, account, context.RequestAborted);
        Log.Deleted(logger, id, files.Count);
        JsonAnswer.Send(context, 200, files, Write);
    }

    List<DeletedFile> Delete(HttpContext context, Job job, ReadOnlyMemory<byte> answer)
    {
        // A queued request's answer names its files as its submitter reached this server; a sync run's as its caller did.
        var own = WireTarget.Of(context).FilesBaseUrl;
        string[] bases = JobContext.FilesOf(job.Context) is { } files && files != own ? [files, own] : [own];
        List<DeletedFile> deleted = [];
        foreach (var link in AnswerLinks.Of(answer.Span))
        {
            var result = bases
                .Select(files => TryDelete(new(job.AccountId, files, null), link, context.Connection.LocalPort))
                .FirstOrDefault(result => result is not null);
            if (result is not null)
            {
                deleted.Add(result);
            }
        }

        return deleted;
    }

    DeletedFile? TryDelete(CallRights rights, string link, int localPort)
    {
        try
        {
            return deleteFile(rights, link, localPort);
        }
        catch (IOException fault)
        {
            Log.NotDeleted(logger, fault);
            return new(link, "The file could not be deleted.");
        }
    }

    static void Write(Utf8JsonWriter json, List<DeletedFile> files)
    {
        json.WriteStartObject();
        json.WriteStartArray("cdn_delete_results"u8);
        foreach (var (url, fault) in files)
        {
            json.WriteStartObject();
            json.WriteString("link"u8, url);
            json.WriteString("exception"u8, fault);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "The payloads of request {RequestId} were deleted, with {Files} files.")]
        public static partial void Deleted(ILogger logger, string requestId, int files);

        [LoggerMessage(2002, LogLevel.Warning, "A file of an answer could not be deleted.")]
        public static partial void NotDeleted(ILogger logger, Exception fault);
    }
}
