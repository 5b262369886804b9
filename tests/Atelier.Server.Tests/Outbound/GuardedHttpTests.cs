using System.Text;
using Atelier.Server.Outbound;
using Atelier.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Server.Tests.Outbound;

public sealed class GuardedHttpTests : IAsyncLifetime
{
    readonly ManualTime _time = new();
    readonly OutboundOptions _options = new() { AllowPrivate = ["127.0.0.1"] };
    readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WebApplication _peer = null!;
    string _url = "";
    int _requests;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _peer = builder.Build();
        _peer.Urls.Add("http://127.0.0.1:0");
        _peer.Run(AnswerAsync);
        await _peer.StartAsync(Cancelled);
        _url = _peer.Urls.First();
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [Fact]
    public async Task A_file_arrives_with_its_type()
    {
        using var http = Create();
        using var download = await http.GetAsync($"{_url}/ten", long.MaxValue, Cancelled);
        var body = new MemoryStream();

        Assert.Equal(10, await download.CopyToAsync(body, Cancelled));

        Assert.Equal("0123456789", Encoding.ASCII.GetString(body.ToArray()));
        Assert.Equal("text/plain", download.ContentType);
    }

    [Fact]
    public async Task Nothing_private_is_connected_to()
    {
        _options.AllowPrivate = [];

        var fault = await FailAsync($"{_url}/ten");

        Assert.Equal(OutboundFailure.Refused, fault.Failure);
        Assert.Equal(0, _requests);
    }

    [Fact]
    public async Task A_name_is_judged_by_the_address_it_resolves_to()
    {
        _options.AllowPrivate = [];

        var fault = await FailAsync($"{_url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}/ten");

        Assert.Equal(OutboundFailure.Refused, fault.Failure);
        Assert.Equal(0, _requests);
    }

    [Fact]
    public async Task A_redirect_is_followed_and_judged_again()
    {
        using var http = Create();
        using var download = await http.GetAsync($"{_url}/redirect?to=/ten", long.MaxValue, Cancelled);
        Assert.Equal(10, await download.CopyToAsync(Stream.Null, Cancelled));

        // 127.0.0.2 answers on Linux too; only 127.0.0.1 is allowed.
        var elsewhere = _url.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal) + "/ten";
        Assert.Equal(OutboundFailure.Refused, (await FailAsync($"{_url}/redirect?to={elsewhere}")).Failure);
        Assert.Equal(OutboundFailure.BadUrl, (await FailAsync($"{_url}/redirect?to=file:///etc/passwd")).Failure);
        Assert.Equal(OutboundFailure.BadUrl, (await FailAsync($"{_url}/redirect?to=http://a:b@127.0.0.1/")).Failure);
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_no_more()
    {
        using var http = Create();
        using var download = await http.GetAsync($"{_url}/hops?left=5", long.MaxValue, Cancelled);
        Assert.Equal(10, await download.CopyToAsync(Stream.Null, Cancelled));

        Assert.Equal(OutboundFailure.TooManyRedirects, (await FailAsync($"{_url}/hops?left=6")).Failure);
    }

    [Theory]
    [InlineData("ftp://example.com/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1/")]
    [InlineData("/files/a")]
    [InlineData("")]
    [InlineData("http://user:secret@127.0.0.1/")]
    public async Task Only_plain_web_addresses_are_fetched(string url) =>
        Assert.Equal(OutboundFailure.BadUrl, (await FailAsync(url)).Failure);

    [Theory]
    [InlineData("/ten")]
    [InlineData("/chunked")]
    public async Task A_body_over_the_limit_is_refused(string path) =>
        Assert.Equal(OutboundFailure.TooLarge, (await FailAsync(_url + path, 9)).Failure);

    [Fact]
    public async Task The_servers_own_limit_holds_whatever_the_caller_says()
    {
        _options.MaxBytes = 9;

        Assert.Equal(OutboundFailure.TooLarge, (await FailAsync($"{_url}/ten")).Failure);
    }

    [Fact]
    public async Task An_error_of_the_host_is_named_by_its_status()
    {
        var fault = await FailAsync($"{_url}/nowhere");

        Assert.Equal(OutboundFailure.BadStatus, fault.Failure);
        Assert.Equal("The file's server answered 404.", fault.Message);
    }

    [Theory]
    [InlineData("/silent", 20)]
    [InlineData("/half", 300)]
    public async Task A_host_that_is_too_slow_is_left(string path, int seconds)
    {
        var failing = FailAsync(_url + path);
        await _asked.Task;

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(OutboundFailure.TimedOut, (await failing).Failure);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        await _peer.StopAsync(Cancelled);

        var fault = await FailAsync($"{_url}/ten");

        Assert.Equal(OutboundFailure.Unreachable, fault.Failure);
        Assert.DoesNotContain("127.0.0.1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_ours_is_sent_along()
    {
        using var http = Create();
        using var download = await http.GetAsync($"{_url}/headers", long.MaxValue, Cancelled);
        var body = new MemoryStream();
        await download.CopyToAsync(body, Cancelled);

        Assert.Equal("Accept,Accept-Encoding,Host,User-Agent", Encoding.ASCII.GetString(body.ToArray()));
    }

    GuardedHttp Create() => new(_options, _time, NullLogger<GuardedHttp>.Instance);

    async Task<OutboundException> FailAsync(string url, long maxBytes = long.MaxValue)
    {
        using var http = Create();
        return await Assert.ThrowsAsync<OutboundException>(async () =>
        {
            using var download = await http.GetAsync(url, maxBytes, Cancelled);
            await download.CopyToAsync(Stream.Null, Cancelled);
        });
    }

    async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var (request, response) = (context.Request, context.Response);
        switch (request.Path.Value)
        {
            case "/ten" or "/chunked":
                response.ContentType = "text/plain";
                response.ContentLength = request.Path.Value is "/ten" ? 10 : null;
                await response.WriteAsync("0123456789", Cancelled);
                break;
            case "/headers":
                await response.WriteAsync(string.Join(',', request.Headers.Keys.Order()), Cancelled);
                break;
            case "/redirect":
                response.Redirect(request.Query["to"]!);
                break;
            case "/hops":
                var left = int.Parse(request.Query["left"]!, null);
                response.Redirect(left == 1 ? "/ten" : $"/hops?left={left - 1}");
                break;
            case "/half" or "/silent":
                if (request.Path.Value is "/half")
                {
                    await response.WriteAsync("01234", Cancelled);
                    await response.Body.FlushAsync(Cancelled);
                }

                _asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            default:
                response.StatusCode = 404;
                break;
        }
    }
}
