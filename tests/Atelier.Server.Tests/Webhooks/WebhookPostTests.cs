using System.Net;
using System.Net.Sockets;
using System.Text;
using Atelier.Server.Webhooks;

namespace Atelier.Tests.Server.Webhooks;

public sealed class WebhookPostTests : IAsyncLifetime
{
    static readonly byte[] Body = """{"a":"ü"}"""u8.ToArray();

    readonly ManualTime _time = new();
    readonly WebhookOptions _options = new() { AllowPrivate = ["127.0.0.1"] };
    Receiver _receiver = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task A_delivery_is_a_POST_of_the_bytes_with_the_headers()
    {
        var answer = await SendAsync($"{_receiver.Url}/hook?token=1");

        var delivery = await _receiver.NextAsync();
        Assert.Equal(new(200, null, null), answer);
        Assert.Equal("POST", delivery.Method);
        Assert.Equal(Body, delivery.Body);
        Assert.Equal("application/json", delivery.Headers["Content-Type"]);
        Assert.Equal(Body.Length.ToString(), delivery.Headers["Content-Length"]);
        Assert.Equal("Atelier/1", delivery.Headers["User-Agent"]);
        Assert.Equal("signed", delivery.Headers["X-Test"]);
    }

    [Theory]
    [InlineData(201, null)]
    [InlineData(204, null)]
    [InlineData(301, "redirect")]
    [InlineData(302, "redirect")]
    [InlineData(304, "redirect")]
    [InlineData(307, "redirect")]
    [InlineData(400, "status")]
    [InlineData(404, "status")]
    [InlineData(500, "status")]
    public async Task Success_is_2xx_and_no_redirect_is_followed(int status, string? error)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = _receiver.Url;
            return Task.CompletedTask;
        };

        var answer = await SendAsync(_receiver.Url);

        Assert.Equal((status, error), (answer.Status, answer.Error));
        Assert.Equal(1, _receiver.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_private_place_is_not_connected_to_unless_it_is_allowed(string host)
    {
        _options.AllowPrivate = [];

        var answer = await SendAsync(_receiver.Url.Replace("127.0.0.1", host, StringComparison.Ordinal));

        Assert.Equal(new(null, "refused_address", null), answer);
        Assert.True(answer.IsFinal);
        Assert.Equal(0, _receiver.Requests);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_left_after_the_time()
    {
        _receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var sending = SendAsync(_receiver.Url);
        await _receiver.NextAsync();
        Assert.False(sending.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(new(null, "timeout", null), await sending);
    }

    [Fact]
    public async Task A_stop_is_no_failure()
    {
        using var stopping = new CancellationTokenSource();
        _receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var sending = SendAsync(_receiver.Url, stopping.Token);
        await _receiver.NextAsync();
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_success_counts_however_long_its_body_is()
    {
        _receiver.Answer = async context =>
        {
            var part = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        };

        Assert.True((await SendAsync(_receiver.Url)).IsDelivered);
    }

    [Fact]
    public async Task Nobody_there_and_no_http_are_told_apart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var sending = SendAsync($"http://127.0.0.1:{port}/");
        using (var peer = await listener.AcceptSocketAsync(Stop))
        {
            await peer.SendAsync(Encoding.ASCII.GetBytes("220 mail.example ESMTP\r\n\r\n"), Stop);
            Assert.Equal("invalid_response", (await sending).Error);
        }

        listener.Stop();
        Assert.Equal("unreachable", (await SendAsync($"http://127.0.0.1:{port}/")).Error);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_read_in_both_spellings(string header, int? seconds)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        };

        var answer = await SendAsync(_receiver.Url);

        Assert.Equal(seconds is { } number ? TimeSpan.FromSeconds(number) : null, answer.RetryAfter);
    }

    async Task<WebhookAnswer> SendAsync(string url, CancellationToken? stop = null)
    {
        using var post = new WebhookPost(new(_options.AllowPrivate), _options, _time);
        return await post.SendAsync(
            new(url), Body, headers => headers.Add("X-Test", "signed"), _options.FirstTimeout, stop ?? Stop);
    }
}
