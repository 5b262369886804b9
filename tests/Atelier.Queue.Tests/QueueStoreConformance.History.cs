using System.Text;

namespace Atelier.Queue.Tests;

/// <summary>What the history answers: pages, sums, payloads.</summary>
public abstract partial class QueueStoreConformance
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    HistoryQuery AllOfThem => new(Account, Time.GetUtcNow() - TimeSpan.FromDays(1), Time.GetUtcNow() + Second);

    [Fact]
    public async Task A_page_of_the_history_goes_on_where_the_last_one_ended()
    {
        for (var n = 0; n < 7; n++)
        {
            // Three endpoints and three verdicts, two requests at each moment.
            await RecordAsync($"r{n}", $"a/b{n % 3}", status: 200 + (n % 3 * 150));
            Time.Advance(n % 2 * Second);
        }

        List<string> ids = [];
        HistoryCursor? next = null;
        do
        {
            var page = await Store.History.PageAsync(AllOfThem, HistoryOrder.EndedAt, next, 3, Stop);
            ids.AddRange(page.Entries.Select(entry => entry.Job.Id));
            next = page.Next;

            // What comes meanwhile is newer than every page that is still to be read.
            await RecordAsync($"late{ids.Count}", "a/b0");
        }
        while (next is not null);

        Assert.Equal(["r6", "r5", "r4", "r3", "r2", "r1", "r0"], ids);
    }

    [Fact]
    public async Task The_history_is_narrowed_by_endpoint_key_verdict_and_time()
    {
        await RecordAsync("old", "a/b");
        Time.Advance(10 * Second);
        var from = Time.GetUtcNow();
        await RecordAsync("good", "a/b");
        await RecordAsync("wrong", "a/b", status: 422);
        await RecordAsync("failed", "a/b", status: 504);
        await RecordAsync("other key", "a/b", keyId: "o'\"ther");
        await RecordAsync("other endpoint", "a/c");
        Time.Advance(Second);
        var to = Time.GetUtcNow();
        await RecordAsync("new", "a/b");
        var window = new HistoryQuery(Account, from, to);

        Assert.Equal(["failed", "good", "other endpoint", "other key", "wrong"], await IdsAsync(window));
        Assert.Equal(["failed", "good", "other key", "wrong"], await IdsAsync(window with { Endpoints = ["a/b", "a/b", "x/y"] }));
        Assert.Equal(["wrong"], await IdsAsync(window with { Verdict = Verdict.UserError }));
        Assert.Equal(["failed"], await IdsAsync(window with { Verdict = Verdict.Error }));
        Assert.Equal(["other key"], await IdsAsync(window with { KeyIds = ["o'\"ther", "nobody"] }));
        Assert.Empty(await IdsAsync(window with { AccountId = "someone" }));
    }

    [Fact]
    public async Task The_history_is_sorted_by_duration_when_asked()
    {
        foreach (var (id, seconds) in new[] { ("short", 1), ("longest", 9), ("long", 5), ("as long", 5) })
        {
            await RecordAsync(id, "a/b", took: seconds * Second);
        }

        var first = await Store.History.PageAsync(AllOfThem, HistoryOrder.Duration, null, 2, Stop);
        var second = await Store.History.PageAsync(AllOfThem, HistoryOrder.Duration, first.Next, 2, Stop);

        Assert.Equal(["longest", "as-long", "long", "short"], first.Entries.Concat(second.Entries).Select(entry => entry.Job.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Sums_are_by_endpoint_bucket_and_key()
    {
        var start = Time.GetUtcNow();
        await RecordAsync("a", "a/b", took: 2 * Second, units: 2.5);
        await RecordAsync("b", "a/b", status: 422);
        await RecordAsync("c", "a/b", status: 504, errorType: "startup_timeout");
        Time.Advance(60 * Second);
        await RecordAsync("d", "a/b", took: 4 * Second);
        await RecordAsync("e", "a/b", took: 6 * Second, keyId: "other");
        await RecordAsync("f", "a/c");
        DateTimeOffset[] buckets = [start, start + (60 * Second)];

        var groups = await Store.History.GroupAsync(AllOfThem, buckets, byKey: false, Stop);
        var byKey = await Store.History.GroupAsync(AllOfThem with { Endpoints = ["a/b"] }, buckets, byKey: true, Stop);

        var first = Assert.Single(groups, group => group is { Endpoint: "a/b", Bucket: 0 });
        Assert.Equal((1, 1, 1, 2.5), (first.Successes, first.UserErrors, first.Errors, first.Units));
        Assert.Equal(1, first.ErrorTypes["startup_timeout"]);
        var second = Assert.Single(groups, group => group is { Endpoint: "a/b", Bucket: 1 });
        Assert.Equal((2, 2, 10 * Second), (second.Successes, second.Units, second.Durations.Total));
        Assert.InRange(second.Durations.Percentile(50).TotalSeconds, 3.96, 4.04);
        Assert.InRange(second.Durations.Percentile(99).TotalSeconds, 5.94, 6.06);
        Assert.Equal(3, groups.Count);
        Assert.Equal(["key", "other"], byKey.Where(group => group.Bucket == 1).Select(group => group.KeyId).Order());
    }

    [Fact]
    public async Task A_finished_request_is_found_with_its_units_and_its_input()
    {
        await RecordAsync("a", "a/b", units: 0.25, input: """{"p":1}""");
        await EnqueueAsync(Job("waiting"));

        Assert.Equal(0.25, (await Store.History.FindAsync("a", Account, Stop))!.BillableUnits);
        Assert.Null(await Store.History.FindAsync("a", "someone", Stop));
        Assert.Null(await Store.History.FindAsync("waiting", Account, Stop));
        Assert.Equal("""{"p":1}""", Encoding.UTF8.GetString((await Store.History.InputAsync("a", Account, Stop))!.Value.Span));
        Assert.Null(await Store.History.InputAsync("a", "someone", Stop));
    }

    [Fact]
    public async Task Deleted_payloads_are_gone_and_the_request_stays()
    {
        var big = new string('x', 100_000);
        await EnqueueAsync(Job("a", big));
        Assert.False(await Store.History.DeletePayloadsAsync("a", Account, Stop));
        var lease = await ClaimAsync();
        Store.AppendLogs("a", [new(Time.GetUtcNow(), "INFO", "a prompt")]);
        await FinishAsync(lease, new JobOutcome.Completed(Answer(big)));

        Assert.False(await Store.History.DeletePayloadsAsync("a", "someone", Stop));
        Assert.Equal(big, await AnswerTextAsync("a"));
        Assert.True(await Store.History.DeletePayloadsAsync("a", Account, Stop));
        Assert.True(await Store.History.DeletePayloadsAsync("a", Account, Stop));

        Assert.Null(await AnswerTextAsync("a"));
        Assert.Null(await Store.History.InputAsync("a", Account, Stop));
        Assert.Empty(await Store.LogsAsync("a", Account, Stop));
        Assert.Equal(200, (await FindAsync("a")).ResultStatus);
    }

    [Fact]
    public async Task The_waiting_requests_of_an_app_are_listed_in_order()
    {
        await Store.EnqueueAsync([Job("a"), Job("b"), Job("c"), Job("d") with { App = "x/y" }], Stop);
        await ClaimAsync();

        Assert.Equal(["b", "c"], await Store.History.WaitingAsync(App, Account, 9, Stop));
        Assert.Equal(["b"], await Store.History.WaitingAsync(App, Account, 1, Stop));
        Assert.Empty(await Store.History.WaitingAsync(App, "someone", 9, Stop));
    }

    // Began so long ago that it took the time it is said to have taken.
    Task RecordAsync(
        string id, string endpoint, int status = 200, TimeSpan took = default, string keyId = "key", double? units = null,
        string? errorType = null, string input = "{}") => Store.RecordAsync(
            Job(id.Replace(' ', '-'), input) with { Endpoint = endpoint, KeyId = keyId }, Time.GetUtcNow() - took,
            new StoredAnswer(status, "{}"u8.ToArray(), "{}", errorType) { BillableUnits = units }, new(), Stop);

    async Task<IEnumerable<string>> IdsAsync(HistoryQuery query) =>
        (await Store.History.PageAsync(query, HistoryOrder.EndedAt, null, 100, Stop))
            .Entries.Select(entry => entry.Job.Id.Replace('-', ' ')).Order(StringComparer.Ordinal);
}
