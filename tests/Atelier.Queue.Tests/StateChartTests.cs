using System.Text.RegularExpressions;
using Atelier.Tests;

namespace Atelier.Queue.Tests;

/// <summary>
/// Walks the chart of <c>docs/architecture/02-queue.md</c> against the store: the picture cannot drift.
/// </summary>
public sealed partial class StateChartTests : IAsyncLifetime
{
    const string Outside = "[*]";
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);
    static readonly StoredAnswer Answer = new(200, "{}"u8.ToArray());

    readonly TemporaryFolder _folder = new();
    readonly ManualTime _time = new();
    SqliteQueueStore _store = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Edges
    {
        get
        {
            var edges = new TheoryData<string, string, string>();
            foreach (Match edge in EdgePattern().Matches(File.ReadAllText(DocumentPath())))
            {
                edges.Add(edge.Groups[1].Value, edge.Groups[2].Value, edge.Groups[3].Value);
            }

            return edges;
        }
    }

    public async ValueTask InitializeAsync() =>
        _store = await SqliteQueueStore.OpenAsync(_folder.Options, _time, Stop);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void The_chart_has_every_edge_that_is_walked() =>
        Assert.Equal(Walks.Keys.Order(), Edges.Select(edge => edge.Data.Item3).Order());

    [Theory]
    [MemberData(nameof(Edges))]
    public async Task Each_edge_of_the_chart_is_what_happens(string from, string to, string edge)
    {
        if (from != Outside)
        {
            await _store.EnqueueAsync([Job()], Stop);
        }

        var lease = from is "IN_PROGRESS" ? await ClaimAsync() : null;
        Assert.Equal(from, await StateAsync());

        await Walks[edge](this, lease!);

        Assert.Equal(to, await StateAsync());
    }

    static JobOutcome.Retry Retry { get; } = new(Answer, TimeSpan.Zero, RunnerDied: false);

    static Dictionary<string, Func<StateChartTests, Lease, Task>> Walks { get; } = new()
    {
        ["accepted"] = (test, _) => test._store.EnqueueAsync([test.Job()], Stop),
        ["claimed"] = (test, _) => test.ClaimAsync(),
        ["finished"] = (test, lease) => test.FinishAsync(lease, new JobOutcome.Completed(Answer)),
        ["failed, to be tried again"] = (test, lease) => test.FinishAsync(lease, Retry),
        ["failed for the last time"] = async (test, lease) =>
        {
            await test.FinishAsync(lease, Retry);
            await test.FinishAsync(await test.ClaimAsync(), Retry);
        },
        ["interrupted"] = (test, lease) => test.FinishAsync(lease, new JobOutcome.Interrupted()),
        ["lease ran out"] = (test, _) => test.LoseLeaseAsync(),
        ["lease ran out for the last time"] = async (test, lease) =>
        {
            await test.FinishAsync(lease, Retry);
            await test.ClaimAsync();
            await test.LoseLeaseAsync();
        },
        ["ended after a request to cancel"] = async (test, lease) =>
        {
            await test._store.CancelAsync("a", "me", PlatformAnswers.Cancelled, Stop);
            await test.FinishAsync(lease, new JobOutcome.Interrupted());
        },
        ["cancelled"] = (test, _) => test._store.CancelAsync("a", "me", PlatformAnswers.Cancelled, Stop),
        ["start deadline passed"] = async (test, _) =>
        {
            test._time.Advance(TimeSpan.FromHours(1));
            await test._store.RescueAsync(Stop);
        },
        ["recorded"] = (test, _) => test._store.RecordAsync(test.Job(), test._time.GetUtcNow(), Answer, new(), Stop),
    };

    NewJob Job() => new()
    {
        Id = "a",
        AccountId = "me",
        KeyId = "key",
        App = "a/b",
        Endpoint = "a/b",
        Input = "{}"u8.ToArray(),
        MaxAttempts = 2,
        StartBefore = _time.GetUtcNow().AddHours(1),
    };

    async Task<string> StateAsync()
    {
        var memory = await _store.FindAsync("a", "me", Stop);
        var disk = (await _store.ListAsync(new("me", null, null, null, 1), Stop)).SingleOrDefault();
        Assert.Equal(memory, disk);
        return memory?.State switch
        {
            null => Outside,
            JobState.InQueue => "IN_QUEUE",
            JobState.InProgress => "IN_PROGRESS",
            _ => "COMPLETED",
        };
    }

    async Task<Lease> ClaimAsync() => Assert.Single(await _store.ClaimAsync("a/b", 1, LeaseTime, Stop));

    async Task FinishAsync(Lease lease, JobOutcome outcome) =>
        Assert.Equal([true], await _store.FinishAsync([new(lease.JobId, lease.Attempt, outcome)], Stop));

    async Task LoseLeaseAsync()
    {
        _time.Advance(LeaseTime);
        await _store.RescueAsync(Stop);
    }

    static string DocumentPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Atelier.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return Path.Combine(folder.FullName, "docs/architecture/02-queue.md");
    }

    [GeneratedRegex(@"^    (\S+) --> (\S+): (.+)$", RegexOptions.Multiline)]
    private static partial Regex EdgePattern();
}
