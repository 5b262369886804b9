using System.Globalization;
using Atelier.Protocol;
using Microsoft.AspNetCore.Http;

namespace Atelier.Apps.Serving;

/// <summary>Writes a runner's answers: JSON bodies and event streams.</summary>
static class RunnerAnswer
{
    /// <summary>Read by the gateway only; it never reaches a caller.</summary>
    public const string HintsHeader = "x-fal-runner-hints";

    /// <summary>What the endpoint said of its answer through the call; success and failure alike carry it.</summary>
    public static void AddWishes(IHeaderDictionary headers, Call call)
    {
        if (call.BillableUnits is { } units)
        {
            headers[FalHeaders.BillableUnits] = units.ToString(CultureInfo.InvariantCulture);
        }

        if (call.NeedsRetry is { } retry)
        {
            headers[FalHeaders.NeedsRetry] = retry ? "1" : "0";
        }

        if (call.StopRunner is { } stop)
        {
            headers[FalHeaders.StopRunner] = stop ? "1" : "0";
        }
    }

    public static async Task JsonAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    public static async Task SingleAsync(HttpContext context, IAsyncEnumerable<byte[]> answers)
    {
        await foreach (var answer in answers)
        {
            await JsonAsync(context, 200, answer);
        }
    }

    /// <summary>
    /// Server-sent events, one <c>data:</c> line each. The status is sent with the first event, not before.
    /// </summary>
    public static async Task StreamAsync(HttpContext context, IAsyncEnumerable<byte[]> answers)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        await foreach (var answer in answers)
        {
            await response.Body.WriteAsync((byte[])[.. "data: "u8, .. answer, .. "\n\n"u8], context.RequestAborted);
        }
    }
}
