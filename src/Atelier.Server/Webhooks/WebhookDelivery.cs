using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Queue.Webhooks;
using Atelier.Server.Webhooks.Signing;

namespace Atelier.Server.Webhooks;

/// <summary>One attempt from the stored result to the log: read, build, sign, send, decide, write down.</summary>
sealed partial class WebhookDelivery(
    IQueueStore store, IWebhookOutbox outbox, WebhookSigner signer, WebhookPost post, RetryPlan plan,
    WebhookOptions options, WebhookMetrics metrics, TimeProvider time, ILogger<WebhookDelivery> logger) : IDisposable
{
    /// <summary>The pause after the end of an attempt could not be written.</summary>
    static readonly TimeSpan UnavailablePause = TimeSpan.FromSeconds(5);

    // A result may be much larger than what is sent of it; few are read at a time.
    readonly SemaphoreSlim _reading = new(2);

    /// <summary>Ends the lease. The token is the server's stop: the attempt then does not count.</summary>
    /// <exception cref="QueueUnavailableException">The result could not be read; the lease is given back.</exception>
    /// <exception cref="SigningUnavailableException">There is no key to sign with; the lease is given back.</exception>
    public async Task RunAsync(WebhookLease lease, CancellationToken stopping)
    {
        var (begun, beganAt) = (time.GetTimestamp(), time.GetUtcNow());
        WebhookEnd end = new WebhookEnd.Interrupted();
        var answer = new WebhookAnswer(null, null, null);
        try
        {
            var body = await ReadAsync(lease, stopping);
            var (timestamp, signature) = signer.Sign(lease.JobId, lease.AccountId, body.Span);
            answer = await post.SendAsync(
                new(lease.Url),
                body,
                headers =>
                {
                    headers.Add(WebhookHeaders.RequestId, lease.JobId);
                    headers.Add(WebhookHeaders.UserId, lease.AccountId);
                    headers.Add(WebhookHeaders.Timestamp, timestamp);
                    headers.Add(WebhookHeaders.Signature, signature);
                },
                plan.Timeout(lease),
                stopping);
            end = plan.Decide(lease, answer, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Whether it arrived is not known, so it is sent again.
        }
        finally
        {
            var attempt = new WebhookAttempt(
                lease.Attempt, beganAt, time.GetElapsedTime(begun), answer.Status, answer.Error);
            await FinishAsync(lease, attempt, end, stopping);
            Tell(lease, attempt, end);
        }
    }

    public void Dispose() => _reading.Dispose();

    async Task<ReadOnlyMemory<byte>> ReadAsync(WebhookLease lease, CancellationToken stopping)
    {
        await _reading.WaitAsync(stopping);
        try
        {
            var answer = await store.AnswerAsync(lease.JobId, lease.AccountId, stopping);
            return WebhookBody.Create(lease.JobId, lease.ResultStatus, answer, options.PayloadMaxBytes);
        }
        finally
        {
            _reading.Release();
        }
    }

    // What was delivered must not be forgotten because the disk is full for a while. A stop gives up: the row then says
    // that it is being sent, and the next start sends it again.
    async Task FinishAsync(WebhookLease lease, WebhookAttempt attempt, WebhookEnd end, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await outbox.FinishAsync(lease.JobId, attempt, end, CancellationToken.None);
                return;
            }
            catch (QueueUnavailableException fault) when (!stopping.IsCancellationRequested)
            {
                Log.NotWritten(logger, fault, lease.JobId);
                await Task.Delay(UnavailablePause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    void Tell(WebhookLease lease, WebhookAttempt attempt, WebhookEnd end)
    {
        switch (end)
        {
            case WebhookEnd.Delivered:
                Log.Delivered(logger, lease.JobId, lease.Attempt);
                break;
            case WebhookEnd.Retry retry:
                Log.Failed(logger, lease.JobId, lease.Attempt, attempt.Error!, attempt.HttpStatus, retry.At);
                break;
            case WebhookEnd.Failed:
                Log.GivenUp(logger, lease.JobId, lease.Attempt, attempt.Error!, attempt.HttpStatus);
                break;
        }

        metrics.Ended(end, attempt.Duration);
    }

    static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Debug, "The webhook of request {RequestId} was delivered in attempt {Attempt}.")]
        public static partial void Delivered(ILogger logger, string requestId, int attempt);

        [LoggerMessage(2102, LogLevel.Information,
            "Attempt {Attempt} at the webhook of request {RequestId} failed ({Error}, status {Status}); the next is at {Next:O}.")]
        public static partial void Failed(
            ILogger logger, string requestId, int attempt, string error, int? status, DateTimeOffset next);

        [LoggerMessage(2103, LogLevel.Warning,
            "The webhook of request {RequestId} is given up after attempt {Attempt} ({Error}, status {Status}).")]
        public static partial void GivenUp(ILogger logger, string requestId, int attempt, string error, int? status);

        [LoggerMessage(2106, LogLevel.Error, "The end of an attempt at the webhook of request {RequestId} cannot be written yet.")]
        public static partial void NotWritten(ILogger logger, Exception fault, string requestId);
    }
}
