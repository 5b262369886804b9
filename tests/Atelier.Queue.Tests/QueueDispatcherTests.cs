using System.Collections.Concurrent;
using System.Text;
using Atelier.Queue.Sqlite.Native;
using Atelier.Tests;

namespace Atelier.Queue.Tests;

public sealed class QueueDispatcherTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly ManualTime _time = new();
    readonly ConcurrentQueue<Exception> _faults = new();
    readonly SemaphoreSlim _slots = new(2);
    SqliteQueueStore _store = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _store = await SqliteQueueStore.OpenAsync(_folder.Options, _time, Stop);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
        _slots.Dispose();
    }

    [Fact]
    public async Task Waiting_and_new_jobs_are_run_and_answered()
    {
        await SubmitAsync("before");
        using var dispatcher = Start((lease, _) => Task.FromResult<JobOutcome>(Done(lease.JobId)));
        await SubmitAsync("after");

        Assert.Equal("before", await ResultAsync("before"));
        Assert.Equal("after", await ResultAsync("after"));
        await dispatcher.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task No_more_jobs_run_at_once_than_there_are_slots()
    {
        var gate = new TaskCompletionSource();
        var begun = new SemaphoreSlim(0);
        var most = 0;
        var now = 0;
        using var dispatcher = Start(async (lease, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            begun.Release();
            await gate.Task;
            Interlocked.Decrement(ref now);
            return Done("x");
        });
        for (var n = 0; n < 10; n++)
        {
            await SubmitAsync($"j{n}");
        }

        await begun.WaitAsync(Stop);
        await begun.WaitAsync(Stop);
        Assert.Equal(2, dispatcher.Running);
        Assert.Equal(8, _store.Waiting("a/b"));
        gate.SetResult();
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal("x", await ResultAsync($"j{n}"));
        }

        Assert.Equal(2, most);
        await dispatcher.StopAsync(TimeSpan.Zero);
        Assert.Equal(2, _slots.CurrentCount);
    }

    [Fact]
    public async Task A_handlers_fault_is_a_500_without_its_text()
    {
        using var dispatcher = Start((_, _) => throw new InvalidOperationException("secret"));
        await SubmitAsync("a");

        Assert.Equal("""{"detail":"Internal Server Error","error_type":"internal_error"}""", await ResultAsync("a"));
        Assert.Equal("secret", Assert.Single(_faults).Message);
        await dispatcher.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_cancelled_job_ends_with_the_callers_answer()
    {
        var begun = new TaskCompletionSource();
        using var dispatcher = Start(async (_, cancellation) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return Done("never");
        });
        await SubmitAsync("a");
        await begun.Task.WaitAsync(Stop);

        var cancelled = new StoredAnswer(499, "\"cancelled\""u8.ToArray());
        Assert.Equal(CancelResult.Requested, await _store.CancelAsync("a", "me", cancelled, Stop));

        Assert.Equal("\"cancelled\"", await ResultAsync("a"));
        await dispatcher.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Stopping_waits_for_the_grace_and_then_puts_the_work_back_uncounted()
    {
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        using var dispatcher = Start(async (_, cancellation) =>
        {
            cancellation.Register(cancelled.SetResult);
            begun.SetResult();
            await new TaskCompletionSource().Task;
            return Done("never");
        });
        await SubmitAsync("a");
        await begun.Task.WaitAsync(Stop);

        var stopping = dispatcher.StopAsync(TimeSpan.FromSeconds(8));
        await SubmitAsync("late");
        var begunAt = TimeProvider.System.GetTimestamp();
        while (!stopping.IsCompleted)
        {
            // The grace runs on the hand-moved clock; the timer is set some time after the call.
            Bounded(begunAt);
            Assert.Equal(JobState.InQueue, (await _store.FindAsync("late", "me", Stop))!.State);
            _time.Advance(TimeSpan.FromSeconds(8));
            await Task.Yield();
        }

        await stopping;
        Assert.True(cancelled.Task.IsCompleted);
        Assert.Equal(JobState.InQueue, (await _store.FindAsync("a", "me", Stop))!.State);
        var lease = (await _store.ClaimAsync("a/b", 1, TimeSpan.FromSeconds(60), Stop))[0];
        Assert.Equal(("a", 2, 11), (lease.JobId, lease.Attempt, lease.MaxAttempts));
    }

    [Fact]
    public async Task Work_that_ends_within_the_grace_keeps_its_result()
    {
        var begun = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        using var dispatcher = Start(async (_, _) =>
        {
            begun.SetResult();
            await gate.Task;
            return Done("in time");
        });
        await SubmitAsync("a");
        await begun.Task.WaitAsync(Stop);

        var stopping = dispatcher.StopAsync(TimeSpan.FromSeconds(8));
        gate.SetResult();
        await stopping;

        Assert.Equal("in time", await ResultAsync("a"));
    }

    [Fact]
    public async Task A_failed_attempt_is_tried_again_after_its_delay()
    {
        var first = new TaskCompletionSource();
        using var dispatcher = Start((lease, _) =>
        {
            if (lease.Attempt > 1)
            {
                return Task.FromResult<JobOutcome>(Done("second"));
            }

            first.SetResult();
            return Task.FromResult<JobOutcome>(
                new JobOutcome.Retry(new(500, default), TimeSpan.FromSeconds(1), RunnerDied: false));
        });
        await SubmitAsync("a");
        await first.Task.WaitAsync(Stop);
        var result = ResultAsync("a");
        var begunAt = TimeProvider.System.GetTimestamp();
        while (!result.IsCompleted)
        {
            Bounded(begunAt);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("second", await result);
        await dispatcher.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Held_leases_are_renewed()
    {
        var begun = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        using var dispatcher = Start(async (_, _) =>
        {
            begun.SetResult();
            await gate.Task;
            return Done("kept");
        });
        await SubmitAsync("a");
        await begun.Task.WaitAsync(Stop);

        using var file = SqliteConnection.Open(_folder.Database);
        for (var tick = 0; tick < 6; tick++)
        {
            var before = file.Scalar("SELECT lease_until FROM job");
            _time.Advance(TimeSpan.FromSeconds(20));
            var begunAt = TimeProvider.System.GetTimestamp();
            while (file.Scalar("SELECT lease_until FROM job") == before)
            {
                Bounded(begunAt);
                await Task.Yield();
            }
        }

        Assert.Equal((0, 0), await _store.RescueAsync(Stop));
        gate.SetResult();
        Assert.Equal("kept", await ResultAsync("a"));
        await dispatcher.StopAsync(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(6, 16)]
    [InlineData(7, 30)]
    [InlineData(100, 30)]
    public void Retry_delays_double_to_a_cap_and_jitter_below_it(int attempt, double seconds)
    {
        var delays = new RetryDelays(new Random(1));
        for (var n = 0; n < 100; n++)
        {
            Assert.InRange(delays.After(attempt).TotalSeconds, seconds * 0.75, seconds);
        }
    }

    static JobOutcome.Completed Done(string body) => new(new StoredAnswer(200, Encoding.UTF8.GetBytes(body)));

    // A loop that moves the clock by hand ends with a failure, not with a busy processor.
    static void Bounded(long begunAt) =>
        Assert.True(TimeProvider.System.GetElapsedTime(begunAt) < TimeSpan.FromSeconds(30), "It did not happen.");

    static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    QueueDispatcher Start(JobHandler handler)
    {
        var options = new QueueDispatcherOptions
        {
            TryTakeSlot = _ => _slots.Wait(0) ? new Slot(_slots) : null,
            TakeSlot = async (_, cancellationToken) =>
            {
                await _slots.WaitAsync(cancellationToken);
                return new Slot(_slots);
            },
            OnFault = (_, fault) => _faults.Enqueue(fault),
        };
        var dispatcher = new QueueDispatcher(_store, handler, options, _time);
        dispatcher.Start();
        return dispatcher;
    }

    async Task SubmitAsync(string id) => await _store.EnqueueAsync(
        [
            new()
            {
                Id = id,
                AccountId = "me",
                KeyId = "key",
                App = "a/b",
                Endpoint = "a/b",
                Input = "{}"u8.ToArray(),
            },
        ],
        Stop);

    async Task<string> ResultAsync(string id)
    {
        await _store.CompletionAsync(id, Stop);
        return Encoding.UTF8.GetString((await _store.AnswerAsync(id, "me", Stop))!.Body.Span);
    }

    sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
