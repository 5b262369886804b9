using Atelier.Protocol.Apps;
using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Run;

/// <summary>One run's answer on its way to the caller, event by event.</summary>
/// <param name="context">The caller.</param>
/// <param name="endpoint">What is run.</param>
/// <param name="eventMaxBytes">The longest event; a longer one breaks the answer off.</param>
sealed class RunStream(HttpContext context, EndpointManifest endpoint, int eventMaxBytes) : IAnswerStream, IDisposable
{
    // From the answer's beginning on: most runs answer once, and need none of it.
    OpenAnswer? _answer;
    EventSplitter? _events;
    bool _over;

    /// <summary>The caller has the status: nothing but the body, or its breaking off, can follow.</summary>
    public bool HasBegun { get; private set; }

    public async ValueTask BeginAsync(string contentType, IReadOnlyDictionary<string, string> headers)
    {
        HasBegun = true;
        var response = context.Response;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        StoredAnswers.AddHeaders(response, RunnerAnswers.Of(new RunnerOutcome.Answered(200, default, headers), endpoint));
        if (contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            _events = new(eventMaxBytes);
        }

        // The request id is worth having before the first event.
        _answer = new(context);
        _over = !await _answer.BeginAsync();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_over)
        {
            return;
        }

        try
        {
            var whole = _events is null ? bytes : _events.Take(bytes.Span);
            _over = !whole.IsEmpty && !await _answer!.WriteAsync(whole);
        }
        catch (IOException)
        {
            // Too long an event. The caller's end of the connection is the call's cancellation.
            _over = true;
            _answer!.BreakOff();
        }
    }

    /// <summary>Ends the answer as the call ended; one that is not whole must not look whole.</summary>
    /// <returns>What the history keeps: the last event for a stream that was whole.</returns>
    public async ValueTask<StoredAnswer> EndAsync(StoredAnswer answer)
    {
        if (answer.Status is not 200)
        {
            _answer!.BreakOff();
            return answer;
        }

        if (_events is { Rest: { IsEmpty: false } rest } && !_over)
        {
            await _answer!.WriteAsync(rest);
        }

        return answer with { Body = _events?.LastJson ?? "null"u8.ToArray() };
    }

    public void Dispose() => _answer?.Dispose();
}
