using System.Text;
using Atelier.Server.Calls;

namespace Atelier.Tests.Echo;

/// <summary>What both diagnostic apps do, as <c>docs/echo.md</c> says. A subclass adds the way to the app.</summary>
public abstract class EchoConformance
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"text":"grün","nested":{"logs":[1,2]},"n":1.50}""")]
    public async Task The_input_is_echoed_as_it_came(string input)
    {
        var answer = await CallAsync("request-a", input, attempt: 3);

        Assert.Equal(200, answer.Status);
        Assert.Equal($$"""{"echo":{{input}},"request_id":"request-a","attempt":3}""", answer.Body);
        Assert.Empty(answer.Log);
    }

    [Fact]
    public async Task Log_lines_are_numbered()
    {
        var answer = await CallAsync("request-a", """{"logs":3,"delay_ms":5}""");

        Assert.Equal(["INFO log 1", "INFO log 2", "INFO log 3"], answer.Log);
        Assert.Equal("""{"echo":{"logs":3,"delay_ms":5},"request_id":"request-a","attempt":1}""", answer.Body);
    }

    [Fact]
    public async Task Padding_has_the_size_that_is_asked_for()
    {
        var answer = await CallAsync("request-a", """{"size_bytes":5}""");

        Assert.Equal(
            """{"echo":{"size_bytes":5},"request_id":"request-a","attempt":1,"padding":"xxxxx"}""", answer.Body);
    }

    [Fact]
    public async Task A_file_is_stored_and_answered()
    {
        const string Input = """{"file":{"text":"grün","content_type":"text/plain"}}""";

        var answer = await CallAsync("request-a", Input);

        Assert.Equal(
            $$"""{"echo":{{Input}},"request_id":"request-a","attempt":1,"file":"""
            + """{"url":"http://127.0.0.1/files/b/1/echo.txt","content_type":"text/plain","file_name":"echo.txt","file_size":5}}""",
            answer.Body);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("text/")]
    public async Task A_content_type_that_is_none_is_422(string contentType)
    {
        var answer = await CallAsync("request-a", $$$"""{"file":{"text":"x","content_type":"{{{contentType}}}"}}""");

        Assert.Equal((422, $$"""{"detail":"\"{{contentType}}\" is not a media type."}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("""{"fail":{"status":503,"detail":{"why":[1]},"times":2}}""", 2, 503, """{"detail":{"why":[1]}}""")]
    [InlineData("""{"fail":{"status":400,"detail":"no"}}""", 9, 400, """{"detail":"no"}""")]
    [InlineData("""{"fail":{"status":418}}""", 1, 418, """{"detail":"asked to fail"}""")]
    [InlineData("""{"fail":{"status":500,"detail":null,"times":null}}""", 1, 500, """{"detail":"asked to fail"}""")]
    public async Task A_failure_is_answered_as_asked(string input, int attempt, int status, string body)
    {
        var answer = await CallAsync("request-a", input, attempt);

        Assert.Equal((status, body), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_attempt_after_the_last_failing_one_succeeds()
    {
        const string Input = """{"fail":{"status":503,"times":2}}""";

        Assert.Equal(200, (await CallAsync("request-a", Input, attempt: 3)).Status);
    }

    [Theory]
    [InlineData("""{"logs":1001}""", "less_than_equal")]
    [InlineData("""{"delay_ms":-1}""", "greater_than_equal")]
    [InlineData("""{"fail":{"status":200}}""", "greater_than_equal")]
    [InlineData("""{"file":{}}""", "missing")]
    [InlineData("""[]""", "")]
    public async Task An_input_out_of_range_is_refused(string input, string type)
    {
        var answer = await CallAsync("request-a", input);

        Assert.Equal(422, answer.Status);
        Assert.Contains(type, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_may_be_strings()
    {
        Assert.Equal(["INFO log 1"], (await CallAsync("request-a", """{"logs":"1"}""")).Log);
    }

    [Fact]
    public async Task A_stream_is_so_many_events()
    {
        var stream = new CollectedStream();

        var outcome = await Runner.StreamAsync(NewCall("""{"count":2}"""), stream, TestContext.Current.CancellationToken);

        Assert.Equal((200, 0), outcome is RunnerOutcome.Answered whole ? (whole.Status, whole.Body.Length) : default);
        Assert.Equal("text/event-stream", stream.ContentType);
        Assert.Equal(
            "data: {\"index\":1,\"count\":2,\"request_id\":\"request-a\"}\n\n" +
            "data: {\"index\":2,\"count\":2,\"request_id\":\"request-a\"}\n\n",
            stream.Text);
    }

    [Fact]
    public async Task In_the_queue_a_stream_is_its_last_event()
    {
        var outcome = await Runner.RunAsync(NewCall("{}"), TestContext.Current.CancellationToken);

        var answered = Assert.IsType<RunnerOutcome.Answered>(outcome);
        Assert.Equal(
            """{"index":3,"count":3,"request_id":"request-a"}""", Encoding.UTF8.GetString(answered.Body.Span));
    }

    [Fact]
    public async Task A_stream_fails_where_it_is_asked_to()
    {
        var (first, second) = (new CollectedStream(), new CollectedStream());

        var before = await Runner.StreamAsync(NewCall("""{"fail_at":1}"""), first, TestContext.Current.CancellationToken);

        // A pause, because a connection that is aborted loses what it has not sent yet.
        const string Second = """{"fail_at":2,"interval_ms":200}""";
        var after = await Runner.StreamAsync(NewCall(Second), second, TestContext.Current.CancellationToken);
        var queued = await Runner.RunAsync(NewCall(Second), TestContext.Current.CancellationToken);

        var failed = Assert.IsType<RunnerOutcome.Answered>(before);
        Assert.Equal((500, """{"detail":"asked to fail"}"""), (failed.Status, Encoding.UTF8.GetString(failed.Body.Span)));
        Assert.Null(first.ContentType);
        Assert.Equal(new RunnerOutcome.Failed(RunnerFailure.Incomplete, "The app's answer broke off."), after);
        Assert.Equal(1, second.Text.Split("data:").Length - 1);
        Assert.Equal(after, queued);
    }

    /// <summary>What runs the app.</summary>
    internal abstract IRunner Runner { get; }

    /// <summary>The app's id.</summary>
    protected abstract string App { get; }

    RunnerCall NewCall(string input) => new()
    {
        RequestId = "request-a",
        App = App,
        Endpoint = App + "/stream",
        Path = "/stream",
        Attempt = 1,
        Input = Encoding.UTF8.GetBytes(input),
        Log = _ => { },
        Rights = new("local", "http://127.0.0.1", null),
    };

    /// <summary>Runs one attempt; files are stored as <c>http://127.0.0.1/files/b/1/{name}</c>.</summary>
    protected abstract Task<EchoAnswer> CallAsync(string requestId, string input, int attempt = 1);

    /// <summary>Runs a call on a runner.</summary>
    internal static async Task<EchoAnswer> CallAsync(
        IRunner runner, string app, string requestId, string input, int attempt,
        CancellationToken cancellationToken)
    {
        List<string> log = [];
        var outcome = await runner.RunAsync(
            new()
            {
                RequestId = requestId,
                App = app,
                Endpoint = app,
                Path = "/",
                Attempt = attempt,
                Input = Encoding.UTF8.GetBytes(input),
                Log = line => log.Add($"{line.Level} {line.Message}"),
                Rights = new("local", "http://127.0.0.1", null),
            },
            cancellationToken);
        var answered = Assert.IsType<RunnerOutcome.Answered>(outcome);
        return new(answered.Status, Encoding.UTF8.GetString(answered.Body.Span), log);
    }
}

/// <summary>Keeps a whole stream.</summary>
sealed class CollectedStream : IAnswerStream
{
    readonly StringBuilder _text = new();

    public string? ContentType { get; private set; }

    public string Text => _text.ToString();

    public ValueTask BeginAsync(string contentType, IReadOnlyDictionary<string, string> headers)
    {
        ContentType = contentType;
        return default;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _text.Append(Encoding.UTF8.GetString(bytes.Span));
        return default;
    }
}

/// <param name="Log">Level and text of each line.</param>
public sealed record EchoAnswer(int Status, string Body, IReadOnlyList<string> Log);
