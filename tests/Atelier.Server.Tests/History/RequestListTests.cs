using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Tests.Server.History;

public sealed class RequestListTests : IAsyncLifetime
{
    const string One = "019a0000-0000-7000-8000-000000000001";
    const string List = "/models/requests/by-endpoint?endpoint_id=acme/paint";

    HistoryHost _host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await HistoryHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_is_listed_in_fal_s_shape()
    {
        _host.Time.Advance(TimeSpan.FromSeconds(2.5));
        await _host.RecordAsync(1, seconds: 2.5, status: 422, input: """{"p":"é"}""", answer: """{"detail":[]}""", units: 0);
        _host.Time.Advance(TimeSpan.FromSeconds(1));

        const string Item =
            """{"request_id":"019a0000-0000-7000-8000-000000000001","endpoint_id":"acme/paint","started_at":"2026-01-01T00:00:00Z","sent_at":"2026-01-01T00:00:00Z","ended_at":"2026-01-01T00:00:02.5Z","status_code":422,"duration":2.5""";
        Assert.Equal("""{"next_cursor":null,"has_more":false,"items":[""" + Item + "}]}", await _host.GetAsync(List));
        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"items":[""" + Item + ""","json_input":{"p":"é"},"json_output":{"detail":[]}}]}""",
            await _host.GetAsync(List + "&expand=payloads"));
        Assert.Equal(
            """{"next_cursor":null,"has_more":false,"items":[""" + Item + ""","runner_id":null,"billable_units":0}]}""",
            await _host.GetAsync("/serverless/requests/by-endpoint?endpoint_id=acme/paint"));
    }

    [Fact]
    public async Task Pages_follow_one_another_by_cursor()
    {
        for (var n = 1; n <= 5; n++)
        {
            await _host.RecordAsync(n);
            _host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        List<int> numbers = [];
        var cursor = "";
        do
        {
            var page = JsonDocument.Parse(await _host.GetAsync($"{List}&limit=2{cursor}")).RootElement;
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(item => int.Parse(Id(item)[^4..])));
            Assert.Equal(page.GetProperty("has_more").GetBoolean(), page.GetProperty("next_cursor").ValueKind is JsonValueKind.String);
            cursor = page.GetProperty("has_more").GetBoolean() ? $"&cursor={Uri.EscapeDataString(page.GetProperty("next_cursor").GetString()!)}" : "";
        }
        while (cursor is not "");

        Assert.Equal([5, 4, 3, 2, 1], numbers);
    }

    [Theory]
    [InlineData("&status=success", "1")]
    [InlineData("&status=user_error", "2")]
    [InlineData("&status=error", "3")]
    [InlineData("&sort_by=duration", "2,3,1")]
    [InlineData("&endpoint_id=acme/other", "4,3,2,1")]
    [InlineData("&start=2026-01-01T00:00:02Z", "3,2")]
    [InlineData("&start=2026-01-01T01:00:02%2B01:00&end=2026-01-01T00:00:03", "2")]
    [InlineData("&start=2026-01-01T01:00:03&timezone=Europe/Berlin", "3")]
    [InlineData("&start=2025-12-31&end=2026-01-01", "")]
    [InlineData("&request_id=" + One, "1")]
    [InlineData("&request_id=" + One + "&status=error", "")]
    public async Task The_list_is_narrowed_and_sorted_as_asked(string query, string expected)
    {
        foreach (var (number, endpoint, status, seconds) in new[]
        {
            (1, "acme/paint", 200, 0), (2, "acme/paint", 422, 60), (3, "acme/paint", 500, 30), (4, "acme/other", 200, 1),
        })
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            await _host.RecordAsync(number, endpoint, status, seconds);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(expected, string.Join(',', await NumbersAsync(List + query)));
    }

    [Fact]
    public async Task A_request_is_found_by_its_id_when_it_is_older_than_a_day_or_not_finished()
    {
        await _host.RecordAsync(1);
        _host.Time.Advance(TimeSpan.FromDays(30));
        var waiting = Guid.CreateVersion7().ToString();
        await _host.Store.EnqueueAsync(
            [new NewJob { Id = waiting, AccountId = "local", KeyId = "key", App = "acme/paint", Endpoint = "acme/paint", Input = "{}"u8.ToArray() }], Stop);

        Assert.Equal([], await NumbersAsync(List));
        Assert.Equal([1], await NumbersAsync($"{List}&request_id={One}"));
        var unfinished = await _host.GetAsync($"{List}&request_id={waiting}&expand=payloads");
        Assert.Contains("""ended_at":null,"status_code":null,"duration":null,"json_input":{},"json_output":null}""", unfinished, StringComparison.Ordinal);
        Assert.Equal([], await NumbersAsync($"{List}&request_id={Guid.CreateVersion7()}"));
    }

    [Theory]
    [InlineData("", "endpoint_id is required")]
    [InlineData("?endpoint_id=a&limit=0", "limit must be a whole number from 1 to 100")]
    [InlineData("?endpoint_id=a&limit=101", "limit must be a whole number from 1 to 100")]
    [InlineData("?endpoint_id=a&cursor=!", "cursor must be a next_cursor of an earlier answer")]
    [InlineData("?endpoint_id=a&cursor=Mg==", "cursor must be a next_cursor of an earlier answer")]
    [InlineData("?endpoint_id=a&status=bad", "status must be one of success, error, user_error")]
    [InlineData("?endpoint_id=a&request_id=nope", "request_id must be a UUID")]
    [InlineData("?endpoint_id=a&start=yesterday", "start must be an ISO 8601 date-time or YYYY-MM-DD")]
    [InlineData("?endpoint_id=a&end=9999-12-31", "end must be between the years 1970 and 2199")]
    [InlineData("?endpoint_id=a&start=2026-01-02&end=2026-01-01", "start must be before end")]
    [InlineData("?endpoint_id=a&timezone=../../etc/passwd", "timezone must be an IANA name that this server knows, such as Europe/Berlin")]
    [InlineData("?endpoint_id=a&expand=everything", "expand must be one of payloads")]
    public async Task A_query_that_makes_no_sense_is_400_and_says_why(string query, string sentence)
    {
        var (status, body) = await _host.SendAsync("GET", "/models/requests/by-endpoint" + query);

        Assert.Equal(400, status);
        Assert.Equal($$$"""{"error":{"type":"validation_error","message":"{{{sentence}}}"}}""", body);
    }

    [Fact]
    public async Task A_parameter_takes_at_most_50_values()
    {
        var fifty = string.Join(',', Enumerable.Range(0, 50).Select(n => $"acme/{n}"));

        Assert.Equal(200, (await _host.SendAsync("GET", $"/models/requests/by-endpoint?endpoint_id={fifty}")).Status);
        Assert.Equal(400, (await _host.SendAsync("GET", $"/models/requests/by-endpoint?endpoint_id={fifty}&endpoint_id=one/more")).Status);
    }

    [Fact]
    public async Task A_large_page_with_payloads_comes_whole()
    {
        var text = $"\"{new string('x', 300_000)}\"";
        for (var n = 1; n <= 4; n++)
        {
            await _host.RecordAsync(n, input: text, answer: n is 2 ? "not json" : text);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var items = JsonDocument.Parse(await _host.GetAsync(List + "&expand=payloads")).RootElement.GetProperty("items");

        Assert.Equal(4, items.GetArrayLength());
        Assert.All(items.EnumerateArray(), item => Assert.Equal(300_000, item.GetProperty("json_input").GetString()!.Length));
        Assert.Equal("not json", items[2].GetProperty("json_output").GetString());
    }

    [Theory]
    [InlineData("", "3,2,1")]
    [InlineData("?query=CAT", "2,1")]
    [InlineData("?query=cat+hat", "1")]
    [InlineData("?query=schön", "2")]
    [InlineData("?query=dog", "3")]
    [InlineData("?query=other", "3")]
    [InlineData("?query=nothing", "")]
    [InlineData("?endpoint=acme/paint&limit=1", "2")]
    [InlineData("?exclude_api_requests=true", "")]
    [InlineData("?only_api_requests=true&min_similarity=0.5", "3,2,1")]
    public async Task Search_finds_the_words_of_inputs_and_answers(string query, string expected)
    {
        await _host.RecordAsync(1, input: """{"prompt":"a cat in a hat"}""");
        await _host.RecordAsync(2, input: """{"prompt":"sch\u00f6n"}""", answer: """{"text":["Cats"]}""");
        await _host.RecordAsync(3, "acme/other", answer: """{"text":"dog"}""");

        var found = await NumbersAsync("/models/requests/search" + query, "results");

        Assert.Equal(expected, string.Join(',', found));
    }

    [Fact]
    public async Task Search_by_picture_is_said_to_be_missing()
    {
        Assert.Equal(
            (501, """{"error":{"type":"not_implemented","message":"This server finds requests by their words, not by pictures."}}"""),
            await _host.SendAsync("GET", "/models/requests/search?image_url=https://x/y.png"));
    }

    async Task<IReadOnlyList<int>> NumbersAsync(string path, string list = "items") =>
        [.. JsonDocument.Parse(await _host.GetAsync(path)).RootElement.GetProperty(list).EnumerateArray().Select(item => int.Parse(Id(item)[^4..]))];

    static string Id(JsonElement item) => item.GetProperty("request_id").GetString()!;
}
