using System.Security.Cryptography;
using Atelier.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Server.Wire;

/// <summary>
/// <c>Idempotency-Key</c> on the Platform API's mutations: for 10 minutes a repeat by the same key of the server, to the
/// same address, with the same body, answers what the first one was answered, and changes nothing.
/// </summary>
/// <remarks>In memory only: some answers hold a secret. A restart forgets them.</remarks>
public sealed class IdempotentAnswers(TimeProvider time)
{
    /// <summary>Bodies of requests with a key at most, in bytes.</summary>
    const int RequestMaxBytes = 64 * 1024;

    /// <summary>A longer answer is not kept: its repeat runs again.</summary>
    const int AnswerMaxBytes = 16 * 1024;

    const int KeptMax = 1024;
    const int KeyMaxLength = 255;

    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    // Guards the two below, which hold the same entries, oldest first.
    readonly Lock _gate = new();
    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly Queue<Entry> _order = new();

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var mutates = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        return mutates
            && request.Headers[FalHeaders.IdempotencyKey] is [{ Length: > 0 } key]
            && request.Path.StartsWithSegments($"/{FalHostNames.Api}/v1", StringComparison.Ordinal)
            && context.Features.Get<Caller>() is { } caller
                ? OnceAsync(context, next, key, caller)
                : next(context);
    }

    async Task OnceAsync(HttpContext context, RequestDelegate next, string key, Caller caller)
    {
        if (key.Length > KeyMaxLength)
        {
            await Refuse(400, $"Idempotency-Key takes at most {KeyMaxLength} characters.").ExecuteAsync(context);
            return;
        }

        var request = context.Request;
        if (await SmallBody.ReadAsync(context, RequestMaxBytes) is not { } body)
        {
            await Refuse(413, $"A request with an Idempotency-Key takes at most {RequestMaxBytes} bytes.").ExecuteAsync(context);
            return;
        }

        request.Body = new MemoryStream(body.ToArray(), writable: false);
        var id = string.Join('\n', caller.KeyId, request.Method, request.Path, request.QueryString, key);
        var hash = SHA256.HashData(body.Span);
        if (TryBegin(id, hash, out var entry))
        {
            await RunAsync(context, next, entry);
            return;
        }

        await (!entry.IsDone ? Refuse(409, "A request with this Idempotency-Key is still running.")
            : !entry.Hash.SequenceEqual(hash)
                ? Refuse(409, "This Idempotency-Key was used with another body.")
                : new Replay(entry)).ExecuteAsync(context);
    }

    async Task RunAsync(HttpContext context, RequestDelegate next, Entry entry)
    {
        var sent = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var copy = new CopyingStream(sent.Stream, AnswerMaxBytes);
        var both = new StreamResponseBodyFeature(copy, sent);
        context.Features.Set<IHttpResponseBodyFeature>(both);
        var kept = false;
        try
        {
            await next(context);
            await both.CompleteAsync();
            kept = copy.Copied is not null && context.Response.StatusCode is not 429 and < 500;
        }
        finally
        {
            context.Features.Set(sent);
            End(entry, kept ? (context.Response.StatusCode, context.Response.ContentType, copy.Copied!) : null);
        }
    }

    bool TryBegin(string id, byte[] hash, out Entry entry)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_order.TryPeek(out var oldest) && (oldest.Until <= now || oldest.IsForgotten || _order.Count >= KeptMax))
            {
                _order.Dequeue();
                if (_entries.GetValueOrDefault(oldest.Id) == oldest)
                {
                    _entries.Remove(oldest.Id);
                }
            }

            if (_entries.TryGetValue(id, out entry!))
            {
                return false;
            }

            entry = new(id, hash, now + KeptFor);
            _entries.Add(id, entry);
            _order.Enqueue(entry);
            return true;
        }
    }

    void End(Entry entry, (int Status, string? ContentType, byte[] Body)? answer)
    {
        lock (_gate)
        {
            if (answer is { } kept)
            {
                entry.Answer = kept;
            }
            else if (_entries.GetValueOrDefault(entry.Id) == entry)
            {
                _entries.Remove(entry.Id);
                entry.IsForgotten = true;
            }
        }
    }

    static IResult Refuse(int status, string sentence) => PlatformError.Create(status, "validation_error", sentence);

    // Answer and IsForgotten change under the gate.
    sealed class Entry(string id, byte[] hash, DateTimeOffset until)
    {
        public string Id => id;

        public byte[] Hash => hash;

        public DateTimeOffset Until => until;

        public bool IsForgotten { get; set; }

        public (int Status, string? ContentType, byte[] Body)? Answer { get; set; }

        public bool IsDone => Answer is not null;
    }

    sealed class Replay(Entry entry) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (status, contentType, body) = entry.Answer!.Value;
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = contentType;
            return body.Length == 0
                ? Task.CompletedTask
                : httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
