using System.Net;
using System.Text.Json;

namespace Atelier.Server.Tests.Storage;

public sealed class UploadTests : IAsyncLifetime
{
    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync(o => o.UploadMaxBytes = 1 << 20);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_presigned_upload_is_served_at_its_file_url()
    {
        var (fileUrl, uploadUrl) = await _host.InitiateAsync();
        Assert.Matches($"^{_host.Url}/files/b/[0-9a-f]{{8}}/[0-9a-f]{{24}}_hello\\.txt$", fileUrl);

        using var put = await _host.PutAsync(uploadUrl, Wire.Body("hello world"));
        Assert.Equal("{}", await put.TextAsync());
        Assert.Equal("application/json", put.Content.Headers.ContentType?.ToString());

        using var got = await _host.GetAsync(fileUrl);
        Assert.Equal("hello world", await got.TextAsync());
        Assert.Equal("text/plain", got.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task The_put_tolerates_the_key_of_the_python_fallback()
    {
        var (_, uploadUrl) = await _host.InitiateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, uploadUrl) { Content = Wire.Body("x") };
        request.Headers.Add("Authorization", "Key id:secret");

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_initiate_without_a_body_or_a_type_still_gets_urls()
    {
        using var empty = await _host.PostInitiateAsync("");
        Assert.Equal(HttpStatusCode.OK, empty.StatusCode);
        Assert.Contains("_file\"", await empty.TextAsync());

        using var bare = await _host.PostInitiateAsync("{}");
        Assert.Equal(HttpStatusCode.OK, bare.StatusCode);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"content_type\":")]
    [InlineData("null")]
    public async Task An_initiate_that_is_no_object_is_400(string body)
    {
        using var response = await _host.PostInitiateAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"detail":"The body must be a JSON object with content_type and file_name.","error_type":"bad_request"}""",
            await response.TextAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("""{"expiration_duration_seconds":0}""")]
    [InlineData("""{"expiration_duration_seconds":"soon"}""")]
    [InlineData("""{"expiration_duration_seconds":1e300}""")]
    [InlineData("""{"initial_acl":{"default":"perhaps"}}""")]
    [InlineData("""{"initial_acl":{"default":"allow","rules":[{"user":"u"}]}}""")]
    public async Task A_malformed_lifecycle_is_400(string lifecycle)
    {
        using var response = await _host.PostInitiateAsync("{}", lifecycle);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("{\"detail\":\"", await response.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_url_takes_one_file()
    {
        var (fileUrl, uploadUrl) = await _host.InitiateAsync();
        using var first = await _host.PutAsync(uploadUrl, Wire.Body("first"));
        using var second = await _host.PutAsync(uploadUrl, Wire.Body("second"));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        using var got = await _host.GetAsync(fileUrl);
        Assert.Equal("first", await got.TextAsync());
    }

    [Fact]
    public async Task An_upload_url_ends_after_fifteen_minutes()
    {
        var (_, uploadUrl) = await _host.InitiateAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(15));

        using var response = await _host.PutAsync(uploadUrl, Wire.Body("late"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task A_forged_or_borrowed_ticket_is_403()
    {
        var (_, mine) = await _host.InitiateAsync("a.txt");
        var (_, other) = await _host.InitiateAsync("b.txt");
        var ticket = mine[mine.IndexOf('?', StringComparison.Ordinal)..];
        var otherPath = other[..other.IndexOf('?', StringComparison.Ordinal)];
        var flipped = mine[..^5] + (mine[^5] == 'A' ? 'B' : 'A') + mine[^4..];

        foreach (var url in new[]
        {
            otherPath + ticket, flipped, otherPath, otherPath + "?ticket=x.y", otherPath + "?ticket=.",
        })
        {
            using var response = await _host.PutAsync(url, Wire.Body("x"));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task A_cdn_token_uploads_until_it_expires()
    {
        var (token, expiresAt) = await TokenAsync();
        Assert.Equal("2026-01-01T01:00:00.000+00:00", expiresAt);

        using var stored = await UploadAsync($"Bearer {token}", Wire.Body("hi", "image/png"), "a ber.png");
        var answer = await stored.TextAsync();
        Assert.Matches($"^{{\"access_url\":\"{_host.Url}/files/b/[0-9a-f]{{8}}/[0-9a-f]{{24}}_a_ber.png\"}}$", answer);

        _host.Time.Advance(TimeSpan.FromHours(1));
        using var late = await UploadAsync($"Bearer {token}", Wire.Body("hi"), "a.txt");
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task A_key_uploads_as_a_token_does_and_a_stranger_does_not()
    {
        using var key = await UploadAsync("Key id:secret", Wire.Body("hi"), "a.txt");
        using var forged = await UploadAsync("Bearer e30.e30", Wire.Body("hi"), "a.txt");
        using var nobody = await UploadAsync(null, Wire.Body("hi"), "a.txt");

        Assert.Equal(HttpStatusCode.OK, key.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task An_upload_ticket_is_no_cdn_token()
    {
        var (_, uploadUrl) = await _host.InitiateAsync();
        var ticket = uploadUrl[(uploadUrl.IndexOf("ticket=", StringComparison.Ordinal) + 7)..];

        using var response = await UploadAsync($"Bearer {ticket}", Wire.Body("hi"), "a.txt");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var url = await _host.StoreAsync([]);

        using var got = await _host.GetAsync(url);

        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal(0, got.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_413_and_leaves_nothing(bool chunked)
    {
        var (fileUrl, uploadUrl) = await _host.InitiateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, uploadUrl)
        {
            Content = Wire.Body(new byte[(1 << 20) + 1]),
        };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(
            """{"detail":"The file is larger than the limit of 1048576 bytes."}""", await response.TextAsync());
        Assert.Empty(_host.OnDisk);
        using var got = await _host.GetAsync(fileUrl);
        Assert.Equal(HttpStatusCode.NotFound, got.StatusCode);
    }

    [Theory]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData(256 << 10)]
    public async Task A_body_up_to_the_limit_comes_back_byte_for_byte(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);

        var url = await _host.StoreAsync(bytes);

        Assert.Equal(bytes, await _host.Http.GetByteArrayAsync(url, Cancelled));
    }

    [Fact]
    public async Task Sixty_four_uploads_at_once_keep_their_own_bytes()
    {
        var urls = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            n => _host.StoreAsync(Enumerable.Repeat((byte)n, 100_000 + n).ToArray(), $"{n}.bin")));

        for (var n = 0; n < urls.Length; n++)
        {
            var bytes = await _host.Http.GetByteArrayAsync(urls[n], Cancelled);
            Assert.Equal(100_000 + n, bytes.Length);
            Assert.DoesNotContain(bytes, value => value != n);
        }

        Assert.Equal(128, _host.OnDisk.Count);
    }

    [Fact]
    public async Task One_upload_url_used_at_once_by_many_keeps_one_file()
    {
        var (fileUrl, uploadUrl) = await _host.InitiateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            n => _host.PutAsync(uploadUrl, Wire.Body(new string((char)('a' + n), 50_000)))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(15, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Single((await _host.Http.GetStringAsync(fileUrl, Cancelled)).Distinct());
    }

    async Task<(string Token, string ExpiresAt)> TokenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/storage/auth/token?storage_type=fal-cdn-v3")
        {
            Content = Wire.Body("{}", "application/json"),
            Headers = { { "Authorization", "Key id:secret" } },
        };
        using var response = await _host.Http.SendAsync(request, Cancelled);
        using var json = JsonDocument.Parse(await response.TextAsync());
        Assert.Equal("Bearer", json.RootElement.GetProperty("token_type").GetString());
        Assert.Equal(_host.Url, json.RootElement.GetProperty("base_url").GetString());
        return (
            json.RootElement.GetProperty("token").GetString()!,
            json.RootElement.GetProperty("expires_at").GetString()!);
    }

    async Task<HttpResponseMessage> UploadAsync(string? authorization, HttpContent content, string fileName)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files/upload") { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        request.Headers.TryAddWithoutValidation("X-Fal-File-Name", fileName);
        return await _host.Http.SendAsync(request, Cancelled);
    }
}
