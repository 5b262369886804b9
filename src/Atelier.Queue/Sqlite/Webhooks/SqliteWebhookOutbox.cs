using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>The outbox in the queue's own file: that is what makes it one transaction with the results.</summary>
sealed class SqliteWebhookOutbox : IWebhookOutbox
{
    readonly QueueWriter _writer;
    readonly WebhookReader _reader;
    readonly Func<DateTimeOffset> _clock;

    // Changed after the commits that make it true; read by anyone.
    int _pending;

    /// <param name="pending">What <see cref="CountPending"/> found before the writer's thread began.</param>
    public SqliteWebhookOutbox(int pending, QueueWriter writer, QueueReader reader, Func<DateTimeOffset> clock) =>
        (_pending, _writer, _reader, _clock) = (pending, writer, new(reader), clock);

    public event Action? BecameDue;

    public int Pending => Volatile.Read(ref _pending);

    /// <summary>The attempts of earlier instances are due at once, and do not count.</summary>
    public static void ReleaseAll(SqliteConnection connection, DateTimeOffset now) =>
        connection.Statement(WebhookSql.ReleaseAll).Bind(1, Micros.From(now)).Run();

    public static int CountPending(SqliteConnection connection) =>
        (int)connection.Scalar(WebhookSql.CountPending);

    public async Task<IReadOnlyList<WebhookLease>> ClaimAsync(
        int max, Func<string, int> room, CancellationToken cancellationToken)
    {
        if (max <= 0 || Pending == 0)
        {
            return [];
        }

        var due = _reader.Due(_clock(), max, room);
        return due.Count == 0 ? [] : await _writer.RunAsync(new ClaimWebhooksOperation(due), cancellationToken);
    }

    public ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) =>
        new(Pending == 0 ? null : _reader.NextDue(_clock()));

    public Task<bool> FinishAsync(
        string jobId, WebhookAttempt attempt, WebhookEnd end, CancellationToken cancellationToken) =>
        _writer.RunAsync(new FinishWebhookOperation(this, jobId, attempt, end, _clock), cancellationToken);

    public Task<IReadOnlyList<Webhook>> ListAsync(WebhookQuery query, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Webhook>>(() => _reader.List(query), cancellationToken);

    public async Task<RedeliverResult> RedeliverAsync(
        string jobId, string accountId, string? keyId, CancellationToken cancellationToken)
    {
        if (_reader.Find(jobId, accountId, keyId) is not { } webhook)
        {
            return RedeliverResult.NotFound;
        }

        if (webhook.State is WebhookState.AwaitingResult)
        {
            return RedeliverResult.AwaitingResult;
        }

        var operation = new RedeliverOperation(this, webhook.Place, _clock);
        return await _writer.RunAsync(operation, cancellationToken) ? RedeliverResult.Due : RedeliverResult.Sending;
    }

    /// <summary>A job's result was committed, and its webhook with it.</summary>
    public void Added()
    {
        Interlocked.Increment(ref _pending);
        BecameDue?.Invoke();
    }

    /// <summary>No further attempt is planned.</summary>
    public void Left() => Interlocked.Decrement(ref _pending);

    /// <summary>A webhook that was pending all along may be sent now.</summary>
    public void Due() => BecameDue?.Invoke();
}
