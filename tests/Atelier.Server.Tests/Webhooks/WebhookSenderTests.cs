using System.Text;
using System.Threading.Channels;
using Atelier.Queue;
using Atelier.Queue.Webhooks;
using Atelier.Server.Webhooks;
using Atelier.Server.Webhooks.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Server.Webhooks;

/// <summary>The sender over the real store, to a receiver on loopback.</summary>
public sealed class WebhookSenderTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("atelier-hooks-").FullName;
    readonly WebhookOptions _options = new()
    {
        AllowPrivate = ["127.0.0.1"],
        RetryDelay = TimeSpan.FromMilliseconds(1),
        RetryDelayMax = TimeSpan.FromMilliseconds(1),
    };

    readonly Channel<bool> _ends = Channel.CreateUnbounded<bool>();
    SqliteQueueStore _store = null!;
    SignatureKeys _keys = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        _keys = new(Path.Combine(_folder, "webhook-keys.json"), _options, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_receiver_that_fails_three_times_gets_it_once_and_always_the_same_bytes()
    {
        await using var receiver = await Receiver.StartAsync();
        var failures = 3;
        receiver.Answer = context =>
        {
            context.Response.StatusCode = failures-- > 0 ? 500 : 200;
            return Task.CompletedTask;
        };
        await using var sender = await StartAsync();

        await CompleteAsync("r1", receiver.Url, """{"n":1.50}""");

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var delivery = await receiver.NextAsync();
            Assert.Equal(
                """{"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":{"n":1.50}}""", delivery.Text);
            Assert.Equal(("r1", "me"), (delivery.Headers["X-Fal-Webhook-Request-Id"], delivery.Headers["X-Fal-Webhook-User-Id"]));
            Assert.True(delivery.IsSignedBy(_keys.Current.X));
        }

        await EndsAsync(4);
        await sender.DisposeAsync();
        Assert.Equal((4, 0), (receiver.Requests, _store.Webhooks.Pending));
        var webhook = Assert.Single(await ListAsync());
        Assert.Equal(WebhookState.Delivered, webhook.State);
        Assert.Equal([500, 500, 500, 200], webhook.Attempts.Select(attempt => attempt.HttpStatus ?? 0));
    }

    [Fact]
    public async Task What_was_due_before_the_start_is_sent()
    {
        await using var receiver = await Receiver.StartAsync();
        await CompleteAsync("r1", receiver.Url, "{}");

        await using var sender = await StartAsync();

        Assert.Contains("\"r1\"", (await receiver.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_receiver_does_not_hold_up_the_others()
    {
        (_options.ConcurrencyMax, _options.ConcurrencyPerHostMax) = (3, 2);
        await using var dead = await Receiver.StartAsync();
        await using var alive = await Receiver.StartAsync();
        dead.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        for (var n = 0; n < 20; n++)
        {
            await CompleteAsync($"dead{n}", dead.Url, "{}");
        }

        await using var sender = await StartAsync();
        await dead.NextAsync();
        await dead.NextAsync();
        for (var n = 0; n < 5; n++)
        {
            await CompleteAsync($"alive{n}", alive.Url, "{}");
            Assert.Contains($"\"alive{n}\"", (await alive.NextAsync()).Text, StringComparison.Ordinal);
        }

        Assert.Equal(2, dead.Requests);
    }

    [Fact]
    public async Task An_attempt_in_the_middle_of_a_stop_is_made_again_and_not_counted()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await using (await StartAsync())
        {
            await CompleteAsync("r1", receiver.Url, "{}");
            await receiver.NextAsync();
        }

        var webhook = Assert.Single(await ListAsync());
        Assert.Equal((WebhookState.Pending, 0), (webhook.State, webhook.Attempts.Count));
        receiver.Answer = _ => Task.CompletedTask;
        await using var again = await StartAsync();
        await receiver.NextAsync();
    }

    [Fact]
    public async Task A_refused_place_is_given_up_at_once_and_logged()
    {
        await using var receiver = await Receiver.StartAsync();
        _options.AllowPrivate = [];
        await using (await StartAsync())
        {
            await CompleteAsync("r1", receiver.Url, "{}");
            await EndsAsync(1);
        }

        var webhook = Assert.Single(await ListAsync());
        Assert.Equal((WebhookState.Failed, "refused_address"), (webhook.State, Assert.Single(webhook.Attempts).Error));
        Assert.Equal((0, 0), (receiver.Requests, _store.Webhooks.Pending));
    }

    [Fact]
    public async Task What_cannot_be_signed_is_not_sent_and_waits_uncounted()
    {
        await using var receiver = await Receiver.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "webhook-keys.json"), "damaged", Stop);
        await using (await StartAsync())
        {
            await CompleteAsync("r1", receiver.Url, "{}");
            await EndsAsync(1);
        }

        var webhook = Assert.Single(await ListAsync());
        Assert.Equal((WebhookState.Pending, 0), (webhook.State, webhook.Attempts.Count));
        Assert.Equal(0, receiver.Requests);
    }

    [Fact]
    public async Task Five_hundred_results_are_each_delivered_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var sender = await StartAsync();
        HashSet<string> seen = [];

        await Task.WhenAll(Enumerable.Range(0, 500).Select(n => CompleteAsync($"r{n}", receiver.Url, "{}", app: $"a/b{n}")));
        for (var n = 0; n < 500; n++)
        {
            Assert.True(seen.Add((await receiver.NextAsync()).Headers["X-Fal-Webhook-Request-Id"]));
        }

        await EndsAsync(500);
        await sender.DisposeAsync();
        Assert.Equal((500, 0), (receiver.Requests, _store.Webhooks.Pending));
    }

    Task<SqliteQueueStore> OpenAsync() => SqliteQueueStore.OpenAsync(
        new() { Path = Path.Combine(_folder, "queue.db"), BlobFolder = Path.Combine(_folder, "blobs"), InstanceId = "test" },
        TimeProvider.System, Stop);

    // The receiver has a delivery a moment before its end is written.
    async Task EndsAsync(int count)
    {
        for (var n = 0; n < count; n++)
        {
            await _ends.Reader.ReadAsync(Stop);
        }
    }

    async Task<Sending> StartAsync()
    {
        var time = TimeProvider.System;
        var outbox = new Watched(_store.Webhooks, _ends.Writer);
        var post = new WebhookPost(new(_options.AllowPrivate), _options, time);
        var metrics = new WebhookMetrics(outbox);
        var delivery = new WebhookDelivery(
            _store, outbox, new(_keys, time), post, new(_options, new(1)), _options, metrics, time,
            NullLogger<WebhookDelivery>.Instance);
        var sender = new WebhookSender(outbox, delivery, _options, time, NullLogger<WebhookSender>.Instance);
        await sender.StartAsync(Stop);
        return new(sender, [delivery, metrics, post]);
    }

    async Task CompleteAsync(string id, string url, string answer, string app = "a/b")
    {
        var job = new NewJob
        {
            Id = id,
            AccountId = "me",
            KeyId = "key",
            App = app,
            Endpoint = app,
            Input = "{}"u8.ToArray(),
            Webhook = new(url, new Uri(url).Authority),
        };
        await _store.EnqueueAsync([job], Stop);
        var lease = Assert.Single(await _store.ClaimAsync(app, 1, TimeSpan.FromSeconds(60), Stop));
        var outcome = new JobOutcome.Completed(new(200, Encoding.UTF8.GetBytes(answer)));
        await _store.FinishAsync([new(id, lease.Attempt, outcome)], Stop);
    }

    Task<IReadOnlyList<Webhook>> ListAsync() =>
        _store.Webhooks.ListAsync(new("me", null, null, null, null, 100), Stop);

    /// <summary>A sender that runs; disposing it stops it, once.</summary>
    sealed class Sending(WebhookSender sender, IDisposable[] parts) : IAsyncDisposable
    {
        bool _stopped;

        public async ValueTask DisposeAsync()
        {
            if (!_stopped)
            {
                _stopped = true;
                await sender.StopAsync(CancellationToken.None);
                sender.Dispose();
                foreach (var part in parts)
                {
                    part.Dispose();
                }
            }
        }
    }

    /// <summary>Tells when an attempt's end is written.</summary>
    sealed class Watched(IWebhookOutbox inner, ChannelWriter<bool> ends) : IWebhookOutbox
    {
        public event Action? BecameDue
        {
            add => inner.BecameDue += value;
            remove => inner.BecameDue -= value;
        }

        public int Pending => inner.Pending;

        public Task<IReadOnlyList<WebhookLease>> ClaimAsync(int max, Func<string, int> room, CancellationToken cancellationToken) =>
            inner.ClaimAsync(max, room, cancellationToken);

        public ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);

        public async Task<bool> FinishAsync(
            string jobId, WebhookAttempt attempt, WebhookEnd end, CancellationToken cancellationToken)
        {
            var finished = await inner.FinishAsync(jobId, attempt, end, cancellationToken);
            ends.TryWrite(finished);
            return finished;
        }

        public Task<IReadOnlyList<Webhook>> ListAsync(WebhookQuery query, CancellationToken cancellationToken) =>
            inner.ListAsync(query, cancellationToken);

        public Task<RedeliverResult> RedeliverAsync(string jobId, string accountId, string? keyId, CancellationToken cancellationToken) =>
            inner.RedeliverAsync(jobId, accountId, keyId, cancellationToken);
    }
}
