using Atelier.Cli.Output;
using Atelier.Cli.Targets;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli.Generate;

/// <summary>Follows a queued request to its end.</summary>
/// <param name="context">The clock and the context.Terminal.</param>
/// <param name="target">The server.</param>
/// <param name="pace">How often to look and when to give up.</param>
sealed class QueueRun(CommandContext context, Target target, Pace pace)
{
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    /// <summary>A server that restarts keeps its requests; this long it may be away.</summary>
    static readonly TimeSpan AwayLimit = TimeSpan.FromSeconds(30);

    static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    /// <summary>Polls until the request completed, then fetches its result. Cancelling cancels the request.</summary>
    public async Task<FalResponse> FollowAsync(
        EndpointId endpoint, string requestId, bool showLogs, CancellationToken cancellationToken)
    {
        var progress = new Progress(context.Terminal, context.Host.Time, showLogs);
        try
        {
            await PollAsync(endpoint, requestId, progress, cancellationToken);
            context.Terminal.EndLive();
            return await target.Client.Queue.ResultAsync(endpoint, requestId, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Terminal.EndLive();
            await CancelAsync(endpoint, requestId);
            throw;
        }
        finally
        {
            context.Terminal.EndLive();
        }
    }

    async Task PollAsync(
        EndpointId endpoint, string requestId, Progress progress, CancellationToken cancellationToken)
    {
        var began = context.Host.Time.GetTimestamp();
        var lastAnswer = began;
        // Short jobs end within the first looks; long ones settle at the asked interval.
        var wait = FirstWait < pace.Interval ? FirstWait : pace.Interval;
        while (true)
        {
            try
            {
                var status = await target.Client.Queue.StatusAsync(
                    endpoint, requestId, logs: progress.WantsLogs, cancellationToken);
                lastAnswer = context.Host.Time.GetTimestamp();
                progress.Show(status);
                if (status.IsCompleted)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (context.Host.Time.GetElapsedTime(lastAnswer) < AwayLimit)
            {
                context.Terminal.Live("The server does not answer; waiting for it…");
            }

            var left = pace.Timeout - context.Host.Time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                throw TimedOut(endpoint, requestId);
            }

            await Task.Delay(wait < left ? wait : left, context.Host.Time, cancellationToken);
            var longer = wait * 1.5;
            wait = longer < pace.Interval ? longer : pace.Interval;
        }
    }

    CliException TimedOut(EndpointId endpoint, string requestId) => new(
        ExitCode.Timeout, $"Timeout after {pace.Timeout.TotalSeconds:0.###}s",
        [
            $"Request ID: {requestId}",
            "The request goes on. To look, and to fetch its result:",
            .. Hints.For(context, target, endpoint, requestId),
            "Or wait longer: --timeout SECONDS",
        ]);

    // The token that brought us here is spent; a silent server must not keep the user waiting.
    async Task CancelAsync(EndpointId endpoint, string requestId)
    {
        using var limit = new CancellationTokenSource(CancelLimit);
        try
        {
            await target.Client.Queue.CancelAsync(endpoint, requestId, limit.Token);
            context.Terminal.Note($"Cancelled request {requestId}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or ApiException or OperationCanceledException
            or TimeoutException)
        {
            context.Terminal.Note($"Request {requestId} could not be cancelled: {ControlText.Escape(fault.Message)}");
        }
    }
}
