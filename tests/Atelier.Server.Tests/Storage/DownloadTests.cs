using System.Net;

namespace Atelier.Server.Tests.Storage;

public sealed class DownloadTests : IAsyncLifetime
{
    const string Text = "0123456789";

    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(null, 200, Text, null)]
    [InlineData("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-4", 206, "4", "bytes 4-4/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", 206, Text, "bytes 0-9/10")]
    [InlineData("bytes=10-", 416, "", "bytes */10")]
    [InlineData("bytes=99-100", 416, "", "bytes */10")]
    [InlineData("bytes=-0", 416, "", "bytes */10")]
    [InlineData("bytes=0-1,4-5", 200, Text, null)]
    [InlineData("bytes=5-2", 200, Text, null)]
    [InlineData("bytes=x-y", 200, Text, null)]
    [InlineData("pages=1-2", 200, Text, null)]
    public async Task A_range_gets_its_bytes(string? range, int status, string body, string? contentRange)
    {
        var url = await _host.StoreAsync(Text);
        var headers = range is null ? [] : new[] { ("Range", range) };

        using var response = await _host.GetAsync(url, headers);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.TextAsync());
        Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal("bytes", response.Headers.AcceptRanges.ToString());
    }

    [Fact]
    public async Task If_range_decides_between_the_part_and_the_whole()
    {
        var url = await _host.StoreAsync(Text);
        using var whole = await _host.GetAsync(url);
        var etag = whole.Headers.ETag!.ToString();
        var modified = whole.Content.Headers.LastModified!.Value;

        Assert.Equal(206, await RangeStatusAsync(url, etag));
        Assert.Equal(200, await RangeStatusAsync(url, "\"other\""));
        Assert.Equal(200, await RangeStatusAsync(url, "W/" + etag));
        Assert.Equal(206, await RangeStatusAsync(url, modified.ToString("R")));
        Assert.Equal(200, await RangeStatusAsync(url, modified.AddDays(-1).ToString("R")));
    }

    [Fact]
    public async Task What_the_client_has_is_not_sent_again()
    {
        var url = await _host.StoreAsync(Text);
        using var whole = await _host.GetAsync(url);
        var etag = whole.Headers.ETag!.ToString();
        var modified = whole.Content.Headers.LastModified!.Value;

        foreach (var header in new[]
        {
            ("If-None-Match", etag), ("If-None-Match", "\"x\", " + etag), ("If-None-Match", "*"),
            ("If-Modified-Since", modified.ToString("R")),
        })
        {
            using var response = await _host.GetAsync(url, header);
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal("", await response.TextAsync());
            Assert.Equal(etag, response.Headers.ETag?.ToString());
        }

        using var changed = await _host.GetAsync(url, ("If-None-Match", "\"x\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var older = await _host.GetAsync(url, ("If-Modified-Since", modified.AddDays(-1).ToString("R")));
        Assert.Equal(HttpStatusCode.OK, older.StatusCode);
    }

    [Fact]
    public async Task Head_answers_the_headers_alone()
    {
        var url = await _host.StoreAsync(Text);
        using var request = new HttpRequestMessage(HttpMethod.Head, url);

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(10, response.Content.Headers.ContentLength);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        // The SHA-256 of 0123456789.
        Assert.Equal(
            "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"",
            response.Headers.ETag?.ToString());
        Assert.Equal("Thu, 01 Jan 2026 00:00:00 GMT", response.Content.Headers.LastModified?.ToString("R"));
        Assert.Equal("", await response.TextAsync());
    }

    [Theory]
    [InlineData("text/html", true)]
    [InlineData("text/html; charset=utf-8", true)]
    [InlineData("application/xhtml+xml", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("text/xml", true)]
    [InlineData("application/xml", true)]
    [InlineData("text/javascript", true)]
    [InlineData("application/javascript", true)]
    [InlineData("application/x-javascript", true)]
    [InlineData("image/png", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/json", false)]
    [InlineData("video/mp4", false)]
    public async Task Content_that_can_carry_script_is_only_downloaded(string contentType, bool attached)
    {
        var url = await _host.StoreAsync([1, 2, 3], "a.bin", contentType);

        using var response = await _host.GetAsync(url);

        Assert.Equal(attached ? "attachment" : "inline", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(
            "sandbox; default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd", "passwd")]
    [InlineData("..\\..\\boot.ini", "boot.ini", "boot.ini")]
    [InlineData("..", "file", "file")]
    [InlineData("", "file", "file")]
    [InlineData("a\0b\r\nc.png", "abc.png", "abc.png")]
    [InlineData("Übersicht 写真.png", "Übersicht 写真.png", "_bersicht___.png")]
    [InlineData("a\"b;c.txt", "a\"b;c.txt", "a_b_c.txt")]
    public async Task A_file_name_is_shown_but_never_a_path(string given, string shown, string inUrl)
    {
        var url = await _host.StoreAsync([1], given, "image/png");

        Assert.EndsWith("_" + inUrl, url, StringComparison.Ordinal);
        using var response = await _host.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(shown, response.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.All(_host.OnDisk, path => Assert.Matches("^[0-9a-f]{2}/[0-9a-f]{32}(\\.json)?$", path));
    }

    [Fact]
    public async Task A_long_name_is_cut_and_keeps_its_extension()
    {
        var url = await _host.StoreAsync([1], new string('n', 300) + ".png", "image/png");

        using var response = await _host.GetAsync(url);

        Assert.EndsWith("n.png", url, StringComparison.Ordinal);
        Assert.Equal(80, url[(url.LastIndexOf('/') + 1)..].Length - 25);
        Assert.Equal(255, response.Content.Headers.ContentDisposition?.FileNameStar?.Length);
    }

    [Fact]
    public async Task The_id_alone_finds_the_file()
    {
        var url = await _host.StoreAsync(Text);

        Assert.Equal(Text, await _host.Http.GetStringAsync(url[..^"_hello.txt".Length], Cancelled));
        Assert.Equal(Text, await _host.Http.GetStringAsync(url[..^"hello.txt".Length] + "other.png", Cancelled));
    }

    [Theory]
    [InlineData("/files/b/00000000/000000000000000000000000_a.txt")]
    [InlineData("/files/b/00000000/x")]
    [InlineData("/files/b/..%2f..%2f/storage.key")]
    [InlineData("/files/b/0000000/0000000000000000000000000_a.txt")]
    [InlineData("/files/b/0000000A/000000000000000000000000_a.txt")]
    public async Task An_unknown_file_is_404(string path)
    {
        using var response = await _host.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"detail":"File not found"}""", await response.TextAsync());
    }

    async Task<int> RangeStatusAsync(string url, string ifRange)
    {
        using var response = await _host.GetAsync(url, ("Range", "bytes=0-1"), ("If-Range", ifRange));
        return (int)response.StatusCode;
    }
}
