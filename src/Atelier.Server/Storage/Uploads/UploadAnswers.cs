using System.Diagnostics;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Server.Storage;

/// <summary>What every route that takes a body has in common: one limit, and one sentence for each refusal.</summary>
static class UploadAnswers
{
    /// <summary>Reads the request's body into the store.</summary>
    public static async Task<SaveOutcome> ReceiveAsync(
        HttpContext context, FileStore store, long limitBytes,
        Func<Stream, CancellationToken, Task<SaveOutcome>> keepAsync)
    {
        if (context.Request.ContentLength > limitBytes)
        {
            return new SaveOutcome.TooLarge(limitBytes);
        }

        // Said before the disk is full for everybody else as well.
        if (context.Request.ContentLength is { } length && !store.HasRoomFor(length))
        {
            return store.DiskFull();
        }

        // Kestrel's own limit would end the connection without a sentence; the store counts while it reads.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        return await keepAsync(context.Request.Body, context.RequestAborted);
    }

    /// <summary>The answer to everything but success.</summary>
    public static WireError Refuse(SaveOutcome outcome) => outcome switch
    {
        SaveOutcome.TooLarge(var limit) =>
            WireError.Detail(413, $"The file is larger than the limit of {limit} bytes."),
        SaveOutcome.Exists => WireError.Detail(409, "This upload URL was used already: it takes one file."),
        SaveOutcome.Completed => WireError.Detail(409, "This upload is complete; it takes no more parts."),
        SaveOutcome.Invalid(var sentence) => WireError.Detail(400, sentence, "bad_request"),
        SaveOutcome.Stalled => WireError.Detail(408, "The upload stopped: no bytes arrived for too long."),
        SaveOutcome.DiskFull => WireError.Detail(503, "The server's disk is full; what was sent is not kept."),
        _ => throw new UnreachableException(),
    };
}
