using Atelier.Protocol;
using Atelier.Queue;

namespace Atelier.Server.Wire;

/// <summary>
/// The HTTP exception handler: what no slice expected becomes an answer in fal's shape. Callers never see exception
/// texts; the text goes to the log.
/// </summary>
public sealed partial class WireFaults(ILogger<WireFaults> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 or 415 } response
                && !response.Headers.ContainsKey(FalHeaders.RequestId))
            {
                await UnroutedAsync(context, response.StatusCode);
            }
        }
        catch (BadHttpRequestException bad)
        {
            var text = bad.StatusCode switch
            {
                413 => "The request body is larger than this server's limit.",
                408 => "The request body did not arrive in time.",
                _ => "The request could not be read.",
            };
            await AnswerAsync(context, bad.StatusCode, text, "bad_request");
        }
        catch (QueueUnavailableException full)
        {
            Log.Unavailable(logger, full, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, 503, "The queue cannot be read or written right now", "internal_error");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(context, 499, "Client disconnected", "client_disconnected");
        }
#pragma warning disable CA1031 // One of the four places that may: a fault of ours answers 500 and is logged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Log.Unexpected(logger, fault, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, 500, "Internal Server Error", "internal_error");
        }
    }

    // Routing refuses a path or a method without a body, and every client reads JSON.
    static Task UnroutedAsync(HttpContext context, int status)
    {
        var text = status switch
        {
            404 => "Not Found",
            405 => "Method Not Allowed",
            _ => "Unsupported Media Type",
        };
        return PlatformError.IsDueTo(context)
            ? PlatformError.Create(status, status is 404 ? "not_found" : "validation_error", text).ExecuteAsync(context)
            : WireError.Detail(status, text).ExecuteAsync(context);
    }

    static async Task AnswerAsync(HttpContext context, int status, string text, string errorType)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var requestId = context.Response.Headers[FalHeaders.RequestId];
        context.Response.Clear();
        context.Response.Headers[FalHeaders.RequestId] = requestId;
        var answer = PlatformError.IsDueTo(context)
            ? PlatformError.Create(status, errorType is "bad_request" ? "validation_error" : "server_error", text)
            : WireError.Detail(status, text, errorType);
        await answer.ExecuteAsync(context);
    }

    static partial class Log
    {
        [LoggerMessage(1902, LogLevel.Error, "{Method} {Path} was refused: the queue is unavailable.")]
        public static partial void Unavailable(ILogger logger, Exception fault, string method, PathString path);

        [LoggerMessage(1901, LogLevel.Error, "{Method} {Path} failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception fault, string method, PathString path);
    }
}
