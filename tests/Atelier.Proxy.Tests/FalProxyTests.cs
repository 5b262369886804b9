using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Tests.Proxy;

/// <summary>The proxy between a caller and a scripted upstream, byte by byte.</summary>
public sealed class FalProxyTests
{
    static StringContent Json(string text = """{"prompt":"x"}""") => new(text, Encoding.UTF8, "application/json");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_reaches_the_upstream_with_our_key_and_its_own_headers()
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.SendAsync(
            "POST", "https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https%3A%2F%2Fa.example%2Fb", Json(),
            ("x-fal-queue-priority", "low"), ("Cookie", "session=1"), ("User-Agent", "test/1"), ("x-other", "1"));

        var call = Assert.Single(stage.Calls);
        Assert.Equal("POST", call.Method);
        Assert.Equal("/queue.fal.run/fal-ai/flux/dev?fal_webhook=https%3A%2F%2Fa.example%2Fb", call.Target);
        Assert.Equal("""{"prompt":"x"}""", Encoding.UTF8.GetString(call.Body));
        Assert.Equal("Key ours:secret", call.Headers["authorization"]);
        Assert.Equal("low", call.Headers["x-fal-queue-priority"]);
        Assert.Equal("test/1", call.Headers["user-agent"]);
        Assert.Equal("application/json; charset=utf-8", call.Headers["content-type"]);
        Assert.Equal("atelier/aspnetcore", call.Headers["x-fal-client-proxy"]);
        Assert.DoesNotContain("cookie", call.Headers.Keys);
        Assert.DoesNotContain("x-other", call.Headers.Keys);
        Assert.DoesNotContain("traceparent", call.Headers.Keys);
    }

    [Fact]
    public async Task A_caller_s_own_key_is_passed_on_instead()
    {
        await using var stage = await Stage.StartAsync(options => options.AllowAnonymous = false);
        using var response = await stage.SendAsync("POST", "https://fal.run/a/b", Json(), ("Authorization", "Key theirs:secret"));

        Assert.Equal("Key theirs:secret", Assert.Single(stage.Calls).Headers["authorization"]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(307)]
    [InlineData(422)]
    [InlineData(504)]
    public async Task The_answer_keeps_its_status_headers_and_body(int status)
    {
        await using var stage = await Stage.StartAsync();
        stage.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers["x-fal-request-id"] = "id-1";
            context.Response.Headers.Location = "https://evil.example/";
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.StrictTransportSecurity = "max-age=1";
            return context.Response.WriteAsync("""{"detail":"…"}""", Cancellation);
        };
        using var response = await stage.SendAsync("POST", "https://fal.run/a/b", Json());

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"detail":"…"}""", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("id-1", response.Headers.GetValues("x-fal-request-id").Single());
        Assert.Single(stage.Calls);
        foreach (var name in (string[])["Set-Cookie", "Access-Control-Allow-Origin", "Strict-Transport-Security"])
        {
            Assert.False(response.Headers.Contains(name), name);
        }
    }

    [Theory]
    [InlineData("GET", "https://queue.fal.run/a/b/requests/1/status?logs=1")]
    [InlineData("PUT", "https://queue.fal.run/a/b/requests/1/cancel")]
    [InlineData("POST", "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3")]
    [InlineData("POST", "https://rest.fal.ai/storage/upload/initiate-multipart?storage_type=fal-cdn-v3")]
    [InlineData("POST", "https://rest.alpha.fal.ai/storage/upload/complete-multipart")]
    [InlineData("POST", "https://rest.fal.ai/tokens/")]
    public async Task Methods_uploads_and_tokens_pass(string method, string target)
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.SendAsync(method, target, method is "POST" ? Json("""{"allowed_apps":["b"]}""") : null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(method, Assert.Single(stage.Calls).Method);
    }

    [Theory]
    [InlineData("POST", null, 400)]
    [InlineData("POST", "nonsense", 412)]
    [InlineData("POST", "https://evil.example/a/b", 412)]
    [InlineData("POST", "https://fal.run.evil.example/a/b", 412)]
    [InlineData("POST", "https://evil@fal.run/a/b", 412)]
    [InlineData("POST", "https://fal.run:444/a/b", 412)]
    [InlineData("POST", "http://fal.run/a/b", 412)]
    [InlineData("GET", "https://api.fal.ai/v1/keys", 412)]
    [InlineData("GET", "https://rest.fal.ai/storage/upload/../../users/current", 412)]
    [InlineData("GET", "https://auth.fal.ai/a", 412)]
    [InlineData("REPORT", "https://fal.run/a/b", 405)]
    public async Task What_is_not_allowed_never_reaches_the_upstream(string method, string? target, int status)
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.SendAsync(method, target, method is "POST" ? Json() : null);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith("""{"detail":""", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(stage.Calls);
    }

    [Fact]
    public async Task A_run_whose_body_is_no_JSON_is_415()
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.SendAsync("POST", "https://fal.run/a/b", new StringContent("x", null, "text/plain"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "https://fal.run/fal-ai/flux/dev", true)]
    [InlineData("POST", "https://queue.fal.run/fal-ai/flux", true)]
    [InlineData("POST", "https://fal.run/fal-ai/flux-pro", false)]
    [InlineData("POST", "https://fal.run//fal-ai//flux-pro", false)]
    [InlineData("GET", "https://fal.run/fal-ai/flux-pro?a=1", false)]
    [InlineData("POST", "https://fal.run/fal-ai%2Fflux-pro", false)]
    [InlineData("POST", "https://fal.run/fal-ai/flux/../flux-pro", false)]
    [InlineData("POST", "https://fal.run/fal-ai/flux-pro/requests/1/cancel", false)]
    [InlineData("POST", "https://queue.fal.run/fal-ai/flux-pro/requests/1/x", false)]
    [InlineData("GET", "https://queue.fal.run/fal-ai/flux/requests/1/status", true)]
    [InlineData("PUT", "https://queue.fal.run/fal-ai/flux/requests/1/cancel", true)]
    public async Task Endpoints_are_held_to_the_list(string method, string target, bool passes)
    {
        await using var stage = await Stage.StartAsync(options => options.AllowedEndpoints.Add("fal-ai/flux/**"));
        using var response = await stage.SendAsync(method, target, method is "POST" ? Json() : null);

        Assert.Equal(passes ? 200 : 400, (int)response.StatusCode);
        Assert.Equal(passes ? 1 : 0, stage.Calls.Count);
    }

    [Theory]
    [InlineData("""{"allowed_apps":["flux"],"token_expiration":120}""", true)]
    [InlineData("""{"allowed_apps":["fal-ai/flux"]}""", true)]
    [InlineData("""{"allowed_apps":["fal-ai/flux/dev/realtime"],"duration":60}""", true)]
    [InlineData("""{"allowed_apps":["fal-ai/flux-pro/realtime"]}""", false)]
    [InlineData("""{"allowed_apps":["fal-ai/flux/../flux-pro/realtime"]}""", false)]
    [InlineData("""{"allowed_apps":["flux","flux-pro"]}""", false)]
    [InlineData("""{"allowed_apps":[]}""", false)]
    [InlineData("{}", false)]
    [InlineData("no JSON", false)]
    public async Task Tokens_are_held_to_the_same_list(string body, bool passes)
    {
        await using var stage = await Stage.StartAsync(options => options.AllowedEndpoints.Add("fal-ai/flux/**"));
        using var response = await stage.SendAsync("POST", "https://rest.fal.ai/tokens/", Json(body));

        Assert.Equal(passes ? 200 : 400, (int)response.StatusCode);
        Assert.Equal(passes ? [body] : [], stage.Calls.Select(call => Encoding.UTF8.GetString(call.Body)));
    }

    [Fact]
    public async Task Nobody_may_call_unless_something_says_who()
    {
        await using var closed = await Stage.StartAsync(options => options.AllowAnonymous = false);
        await using var asked = await Stage.StartAsync(options => options.IsAuthenticated =
            context => ValueTask.FromResult(context.Request.Headers.ContainsKey("x-fal-user")));
        using var nobody = await closed.SendAsync("POST", "https://fal.run/a/b", Json());
        using var stranger = await asked.SendAsync("POST", "https://fal.run/a/b", Json());
        using var user = await asked.SendAsync("POST", "https://fal.run/a/b", Json(), ("x-fal-user", "1"));

        Assert.Equal([401, 401, 200], [(int)nobody.StatusCode, (int)stranger.StatusCode, (int)user.StatusCode]);
        Assert.Equal("""{"detail":"Unauthorized"}""", await nobody.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Events_arrive_one_by_one()
    {
        await using var stage = await Stage.StartAsync();
        var next = new SemaphoreSlim(0);
        stage.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n", Cancellation);
                await context.Response.Body.FlushAsync(Cancellation);
                await next.WaitAsync(Cancellation);
            }
        };
        using var response = await stage.SendAsync("POST", "https://fal.run/a/b/stream", Json());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        for (var i = 0; i < 3; i++)
        {
            // The upstream waits until the event before was read here.
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancellation));
            Assert.Equal("", await reader.ReadLineAsync(Cancellation));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancellation));
    }

    [Fact]
    public async Task A_large_body_passes_while_it_is_still_being_sent()
    {
        await using var stage = await Stage.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0L;
        stage.Handle = async context =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            var chunk = new byte[64 * 1024];
            for (int read; (read = await context.Request.Body.ReadAsync(chunk, Cancellation)) > 0;)
            {
                begun.TrySetResult();
                total += read;
            }
        };
        using var response = await stage.SendAsync(
            "POST", "https://rest.fal.ai/storage/upload/initiate", new Trickle(begun.Task, 40 * 1024 * 1024));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(40 * 1024 * 1024, total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413(bool hasLength)
    {
        await using var stage = await Stage.StartAsync(options => options.MaxRequestBytes = 1024);
        var content = new ByteArrayContent(new byte[256 * 1024]);
        content.Headers.ContentType = new("application/json");
        using var response = await stage.SendAsync(
            "POST", "https://fal.run/a/b", hasLength ? content : new Trickle(Task.CompletedTask, 256 * 1024));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(stage.Calls);
    }

    [Fact]
    public async Task When_the_caller_goes_so_does_the_upstream_call()
    {
        await using var stage = await Stage.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Handle = async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            begun.SetResult();
            await gone.Task;
        };
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/fal/proxy");
        request.Headers.Add("x-fal-target-url", "https://fal.run/a/b");
        var call = stage.Http.SendAsync(request, caller.Token);
        await begun.Task.WaitAsync(Cancellation);
        await caller.CancelAsync();

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_breaks_the_answer_off()
    {
        await using var stage = await Stage.StartAsync();
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Answer = async context =>
        {
            await context.Response.WriteAsync("half", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await read.Task;
            context.Abort();
        };
        using var response = await stage.SendAsync("POST", "https://fal.run/a/b", Json());
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var half = new byte[4];
        await body.ReadExactlyAsync(half, Cancellation);
        read.SetResult();

        var end = await Record.ExceptionAsync(() => body.ReadExactlyAsync(half, Cancellation).AsTask());
        Assert.IsAssignableFrom<IOException>(end);
        Assert.IsNotType<EndOfStreamException>(end);
    }

    [Fact]
    public async Task An_upstream_that_is_away_is_502_and_a_silent_one_504()
    {
        await using var away = await Stage.StartAsync(reachable: false);
        await using var silent = await Stage.StartAsync(options => options.AnswerTimeout = TimeSpan.FromMilliseconds(50));
        silent.Handle = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        using var first = await away.SendAsync("POST", "https://fal.run/a/b", Json());
        using var second = await silent.SendAsync("POST", "https://fal.run/a/b", Json());

        Assert.Equal([502, 504], [(int)first.StatusCode, (int)second.StatusCode]);
    }

    /// <summary>A body without length, whose second half is sent once the first was seen.</summary>
    sealed class Trickle : HttpContent
    {
        readonly Task _go;
        readonly int _bytes;

        public Trickle(Task go, int bytes)
        {
            (_go, _bytes) = (go, bytes);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = new byte[_bytes / 2];
            await stream.WriteAsync(half, Cancellation);
            await stream.FlushAsync(Cancellation);
            await _go.WaitAsync(Cancellation);
            await stream.WriteAsync(half, Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
