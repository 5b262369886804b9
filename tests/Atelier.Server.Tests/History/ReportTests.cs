using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Tests.Server.History;

public sealed class ReportTests : IAsyncLifetime
{
    const string Free =
        ",\"unit_price\":0,\"percent_discount\":null,\"cost_subtotal\":0,\"cost_discount\":0,\"cost_total\":0,\"cost\":0,\"currency\":\"USD\"";

    HistoryHost _host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await HistoryHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Usage_is_counted_by_hour_and_endpoint_and_costs_nothing()
    {
        await _host.RecordAsync(1, units: 2.5);
        await _host.RecordAsync(2);
        await _host.RecordAsync(3, status: 500);
        _host.Time.Advance(TimeSpan.FromHours(1));
        await _host.RecordAsync(4, "acme/other", key: "gone");
        _host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"time_series":[{"bucket":"2026-01-01T00:00:00+00:00","results":[{"endpoint_id":"acme/paint","unit":"units","quantity":3.5"""
            + Free + """}]},{"bucket":"2026-01-01T01:00:00+00:00","results":[{"endpoint_id":"acme/other","unit":"units","quantity":1""" + Free + "}]}]}",
            await _host.GetAsync("/models/usage"));
        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"summary":[{"endpoint_id":"acme/other","unit":"units","quantity":1""" + Free
            + ""","auth_method":"Deleted key","auth_method_structured":{"detail":"Deleted key","api_key_id":"gone"}}]}""",
            await _host.GetAsync("/models/usage?expand=summary,auth_method&expand=auth_method_structured&api_key_id=gone"));
        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"time_series":[]}""", await _host.GetAsync("/models/usage?login_username=somebody"));
    }

    [Fact]
    public async Task Buckets_are_paged_by_fal_s_cursors()
    {
        for (var n = 1; n <= 3; n++)
        {
            await _host.RecordAsync(n);
            _host.Time.Advance(TimeSpan.FromHours(2));
        }

        var first = await _host.GetAsync("/models/usage?limit=2");
        var second = await _host.GetAsync("/models/usage?limit=2&cursor=Mg==");

        Assert.StartsWith("""{"next_cursor":"Mg==","has_more":true,"time_series":[{"bucket":"2026-01-01T00""", first, StringComparison.Ordinal);
        Assert.StartsWith("""{"next_cursor":null,"has_more":false,"time_series":[{"bucket":"2026-01-01T04""", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start=2026-01-01T10:00:30Z&end=2026-01-01T11:00:00Z", "2026-01-01T10:30:00+00:00")] // auto: minutes
    [InlineData("start=2026-01-01T10:30:30Z&end=2026-01-01T11:00:00Z", "2026-01-01T10:30:00+00:00")] // widened to the minute
    [InlineData("start=2026-01-01T10:30:30Z&end=2026-01-01T11:00:00Z&bound_to_timeframe=false", "")]
    [InlineData("start=2025-12-31&end=2026-01-02", "2026-01-01T00:00:00+00:00")] // auto: days from two days on
    [InlineData("start=2026-01-01T10:00:00Z&timeframe=hour", "2026-01-01T10:00:00+00:00")]
    [InlineData("timeframe=hour&timezone=Asia/Kolkata", "2026-01-01T16:00:00+05:30")]
    [InlineData("timeframe=day&timezone=America/New_York", "2026-01-01T00:00:00-05:00")]
    [InlineData("timeframe=week&timezone=UTC", "2025-12-29T00:00:00+00:00")]
    [InlineData("timeframe=month&start=2025-06-15&end=2026-02-01", "2026-01-01T00:00:00+00:00")]
    [InlineData("start=2025-01-01&end=2026-01-31", "2026-01-01T00:00:00+00:00")] // auto: months
    public async Task A_moment_falls_into_the_bucket_of_its_zone_and_timeframe(string query, string bucket)
    {
        _host.Time.Advance(new TimeSpan(10, 30, 10));
        await _host.RecordAsync(1);
        _host.Time.Advance(TimeSpan.FromHours(2));

        var series = JsonDocument.Parse(await _host.GetAsync("/models/usage?" + query)).RootElement.GetProperty("time_series");

        Assert.Equal(bucket, string.Join(',', series.EnumerateArray().Select(entry => entry.GetProperty("bucket").GetString())));
    }

    [Fact]
    public async Task Days_begin_at_midnight_when_the_clocks_change_too()
    {
        var start = new DateTimeOffset(2026, 3, 28, 22, 59, 0, TimeSpan.Zero);
        _host.Time.Advance(start - _host.Time.GetUtcNow());
        await _host.RecordAsync(1);
        _host.Time.Advance(TimeSpan.FromHours(23));
        await _host.RecordAsync(2);
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        await _host.RecordAsync(3);
        _host.Time.Advance(TimeSpan.FromMinutes(1));

        var answer = await _host.GetAsync("/models/usage?timeframe=day&timezone=Europe/Berlin&start=2026-03-28");

        Assert.Equal(
            ["2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"],
            JsonDocument.Parse(answer).RootElement.GetProperty("time_series").EnumerateArray().Select(entry => entry.GetProperty("bucket").GetString()));
    }

    [Fact]
    public async Task More_buckets_than_an_answer_takes_are_refused()
    {
        var (status, body) = await _host.SendAsync("GET", "/models/usage?timeframe=minute&start=2025-12-01");

        Assert.Equal(400, status);
        Assert.Contains("more than 10080 buckets", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analytics_counts_and_measures()
    {
        foreach (var (number, status, error, seconds) in new[]
        {
            (1, 200, (string?)null, 1), (2, 200, null, 2), (3, 200, null, 3), (4, 422, null, 0), (5, 504, "startup_timeout", 0),
            (6, 503, "runner_disconnected", 0), (7, 504, "request_timeout", 0), (8, 500, null, 0),
        })
        {
            await _host.RecordAsync(number, status: status, seconds: seconds, errorType: error);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        const string Path = "/models/analytics?endpoint_id=acme/paint&expand=summary&expand=";
        const string Metrics =
            "request_count,success_count,user_error_count,error_count,startup_error_count,connection_error_count,timeout_error_count,runtime_error_count,total_billable_duration,cold_boot_count";

        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"summary":[{"endpoint_id":"acme/paint","request_count":8,"success_count":3,"user_error_count":1,"error_count":4,"startup_error_count":1,"connection_error_count":1,"timeout_error_count":1,"runtime_error_count":1,"total_billable_duration":6}]}""",
            await _host.GetAsync(Path + Metrics));
        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"time_series":[]}""",
            await _host.GetAsync("/models/analytics?endpoint_id=acme/nobody"));
        var summary = JsonDocument.Parse(await _host.GetAsync(Path + "p50_duration,p99_duration,p50_prepare_duration"))
            .RootElement.GetProperty("summary")[0];
        Assert.Equal(0, summary.GetProperty("p50_duration").GetDouble());
        Assert.InRange(summary.GetProperty("p99_duration").GetDouble(), 2.97, 3.03);
        Assert.Equal(0, summary.GetProperty("p50_prepare_duration").GetDouble());
    }

    [Theory]
    [InlineData("?expand=request_count", "endpoint_id is required")]
    [InlineData("?endpoint_id=a/b&expand=summary", "expand must name at least one metric, such as request_count")]
    [InlineData("?endpoint_id=a/b&cursor=MA==", "cursor must be a next_cursor of an earlier answer")]
    public async Task Analytics_needs_an_endpoint_and_a_metric(string query, string sentence)
    {
        Assert.Equal(
            (400, $$$"""{"error":{"type":"validation_error","message":"{{{sentence}}}"}}"""), await _host.SendAsync("GET", "/models/analytics" + query));
    }

    [Fact]
    public async Task Billing_events_are_successes_at_no_price()
    {
        var one = await _host.RecordAsync(1, units: 4);
        await _host.RecordAsync(2, status: 500);
        await _host.RecordAsync(3, key: "other");
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        const string Event =
            """{"request_id":"019a0000-0000-7000-8000-000000000001","endpoint_id":"acme/paint","timestamp":"2026-01-01T00:00:00Z","output_units":4,"unit_price":0,"percent_discount":null,"cost_subtotal":0,"cost_discount":0,"cost_total":0,"cost_estimate_nano_usd":0,"auth_method":"alias of key"}""";
        const string Only = """{"next_cursor":null,"has_more":false,"billing_events":[""" + Event + "]}";

        Assert.Equal(Only, await _host.GetAsync($"/models/billing-events?expand=auth_method&request_id={one}"));
        Assert.Equal(Only, await _host.GetAsync("/models/billing-events?expand=auth_method&api_key_id=key"));
        Assert.Equal(2, JsonDocument.Parse(await _host.GetAsync("/models/billing-events")).RootElement.GetProperty("billing_events").GetArrayLength());
        Assert.Equal(400, (await _host.SendAsync("GET", "/models/billing-events?start=2025-09-01")).Status);
    }

    [Fact]
    public async Task The_queue_of_an_app_is_counted_and_flushed()
    {
        string[] ids = [.. Enumerable.Range(0, 2500).Select(_ => Guid.CreateVersion7().ToString())];
        await _host.Store.EnqueueAsync(
            [.. ids.Select(id => new NewJob { Id = id, AccountId = "local", KeyId = "key", App = "acme/paint", Endpoint = "acme/paint", Input = "{}"u8.ToArray() })], Stop);
        await _host.Store.ClaimAsync("acme/paint", 1, TimeSpan.FromMinutes(1), Stop);

        Assert.Equal("""{"queue_size":2499}""", await _host.GetAsync("/serverless/apps/acme/paint/queue"));
        Assert.Equal("""{"size":2499}""", await _host.GetAsync("/rest.fal.ai/applications/acme/paint/queue"));
        Assert.Equal((204, ""), await _host.SendAsync("DELETE", "/serverless/apps/acme/paint/queue"));
        Assert.Equal("""{"queue_size":0}""", await _host.GetAsync("/serverless/apps/acme/paint/queue"));
        Assert.Equal(JobState.InProgress, (await _host.Store.FindAsync(ids[0], "local", Stop))!.State);
        Assert.Equal(499, (await _host.Store.FindAsync(ids[^1], "local", Stop))!.ResultStatus);
        Assert.Equal(404, (await _host.SendAsync("GET", "/serverless/apps/acme/nobody/queue")).Status);
    }

    [Fact]
    public async Task The_apps_of_this_server_are_listed_with_their_scaling()
    {
        const string Probe =
            """{"endpoint_id":"acme/probe","name":"probe","owner":"acme","environment":"main","machine_type":"local","auth_mode":"private","keep_alive":60,"min_concurrency":0,"max_concurrency":1,"request_timeout":3600,"startup_timeout":600,"valid_regions":[],"updated_at":"2026-01-01T00:00:00Z","endpoints":["acme/probe"]}""";

        Assert.Equal("{\"apps\":[" + Probe + "]}", await _host.GetAsync("/serverless/apps?search=PROBE&expand=endpoints&environment=main"));
        Assert.StartsWith("""{"apps":[{"endpoint_id":"acme/paint",""", await _host.GetAsync("/serverless/apps?search=acme/p"), StringComparison.Ordinal);
        Assert.Equal("""{"apps":[]}""", await _host.GetAsync("/serverless/apps?environment=staging"));
    }

    [Fact]
    public async Task The_account_has_no_money_and_needs_none()
    {
        Assert.Equal("""{"username":"local"}""", await _host.GetAsync("/account/billing"));
        Assert.Equal(
            """{"username":"local","credits":{"current_balance":0,"currency":"USD"}}""", await _host.GetAsync("/account/billing?expand=credits"));
        Assert.Equal("""{"webhook_ip_ranges":[]}""", await _host.GetAsync("/meta"));
    }
}
