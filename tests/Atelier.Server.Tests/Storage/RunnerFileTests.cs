using System.Net;
using System.Text.Json;

namespace Atelier.Server.Tests.Storage;

public sealed class RunnerFileTests : IAsyncLifetime
{
    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_runner_saves_a_file_for_the_call_it_has()
    {
        using var call = _host.BeginCall("""{"expiration_duration_seconds":60}""");
        using var request = StorageHost.FromRunner(HttpMethod.Post, "/files", Wire.Body([1, 2, 3], "audio/wav"));
        request.Headers.Add("X-Fal-File-Name", "%C3%BCber.wav");

        using var response = await _host.Http.SendAsync(request, Cancelled);

        using var json = JsonDocument.Parse(await response.TextAsync());
        Assert.Equal("audio/wav", json.RootElement.GetProperty("content_type").GetString());
        Assert.Equal("über.wav", json.RootElement.GetProperty("file_name").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("file_size").GetInt64());
        var url = json.RootElement.GetProperty("url").GetString()!;
        Assert.Equal([1, 2, 3], await _host.Http.GetByteArrayAsync(url, Cancelled));
        _host.Time.Advance(TimeSpan.FromSeconds(60));
        using var expired = await _host.GetAsync(url);
        Assert.Equal(HttpStatusCode.NotFound, expired.StatusCode);
    }

    [Theory]
    [InlineData("Runner runner-token", "request-2")]
    [InlineData("Runner other-token", "request-1")]
    [InlineData("Key id:secret", "request-1")]
    [InlineData("", "request-1")]
    public async Task Nobody_else_acts_in_the_callers_name(string authorization, string requestId)
    {
        using var call = _host.BeginCall();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "files"), (HttpMethod.Get, "fetch?url=http://example.com/"),
        })
        {
            using var request = new HttpRequestMessage(method, "/rest.fal.ai/storage/runner/" + path);
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.Add("x-fal-request-id", requestId);

            using var response = await _host.Http.SendAsync(request, Cancelled);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task The_right_ends_with_the_call()
    {
        _host.BeginCall().Dispose();

        using var response = await FetchAsync("http://example.com/");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("http://localhost:{1}{2}")]
    [InlineData("http://127.0.0.1:{1}/v3.fal.media{2}")]
    [InlineData("https://v3.fal.media{2}")]
    [InlineData("https://v3b.fal.media{2}")]
    public async Task An_own_file_is_read_and_never_fetched(string form)
    {
        var url = new Uri(await _host.StoreAsync("mine"));
        using var call = _host.BeginCall();

        using var response = await FetchAsync(string.Format(null, form, url, url.Port, url.AbsolutePath));

        Assert.Equal("mine", await response.TextAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task An_own_file_of_another_account_or_over_the_limit_is_refused()
    {
        var url = await _host.StoreAsync("mine");
        using (_host.BeginCall(account: "other"))
        {
            using var foreign = await FetchAsync(url);
            Assert.Equal(422, (int)foreign.StatusCode);
            Assert.Equal(
                """{"type":"file_download_error","msg":"The file does not exist, or is no longer kept."}""",
                await foreign.TextAsync());
        }

        using var call = _host.BeginCall();
        using var large = await FetchAsync(url, maxBytes: 3);
        Assert.Equal(422, (int)large.StatusCode);
        Assert.Equal("""{"type":"file_too_large","msg":"The file is larger than 3 bytes."}""", await large.TextAsync());
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/metrics")]
    [InlineData("http://localhost:{0}/health")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    [InlineData("http://0:{0}/")]
    public async Task A_private_address_is_refused(string form)
    {
        using var call = _host.BeginCall();

        using var response = await FetchAsync(string.Format(null, form, new Uri(_host.Url).Port));

        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal(
            """{"type":"file_download_error","msg":"The file\u0027s address is not on the public internet."}""",
            await response.TextAsync());
    }

    async Task<HttpResponseMessage> FetchAsync(string url, long? maxBytes = null)
    {
        var limit = maxBytes is null ? "" : $"&max_bytes={maxBytes}";
        using var request = StorageHost.FromRunner(HttpMethod.Get, $"/fetch?url={Uri.EscapeDataString(url)}{limit}");
        return await _host.Http.SendAsync(request, Cancelled);
    }
}
