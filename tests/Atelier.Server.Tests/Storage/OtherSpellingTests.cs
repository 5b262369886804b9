using System.Net;
using System.Text.Json;

namespace Atelier.Server.Tests.Storage;

/// <summary>The ways of uploading that are not the JavaScript client's.</summary>
public sealed class OtherSpellingTests : IAsyncLifetime
{
    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_python_client_sends_parts_with_its_token()
    {
        var token = "Bearer " + await TokenAsync();
        using var begin = await SendAsync(
            HttpMethod.Post, "/files/upload/multipart", Wire.Body([], "video/mp4"), token, ("X-Fal-File-Name", "big.bin"));
        using var json = JsonDocument.Parse(await begin.TextAsync());
        var accessUrl = json.RootElement.GetProperty("access_url").GetString()!;
        var upload = $"{accessUrl}/multipart/{json.RootElement.GetProperty("uploadId").GetString()}";

        using var second = await SendAsync(HttpMethod.Put, upload + "/2", Wire.Body("two", "video/mp4"), token);
        using var first = await SendAsync(HttpMethod.Put, upload + "/1", Wire.Body("one ", "video/mp4"), token);
        var parts = new Dictionary<string, object>
        {
            ["parts"] = new[]
            {
                new { partNumber = 2, etag = second.Headers.ETag!.ToString() },
                new { partNumber = 1, etag = first.Headers.ETag!.ToString() },
            },
        };
        using var stranger = await SendAsync(
            HttpMethod.Post, upload + "/complete", Wire.Body(JsonSerializer.Serialize(parts), "application/json"));
        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
        using var complete = await SendAsync(
            HttpMethod.Post, upload + "/complete", Wire.Body(JsonSerializer.Serialize(parts), "application/json"), token);

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        using var got = await _host.GetAsync(accessUrl);
        Assert.Equal("one two", await got.TextAsync());
        Assert.Equal("video/mp4", got.Content.Headers.ContentType?.ToString());
        Assert.Equal("big.bin", got.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task The_sdk_appends_numbers_to_the_upload_url_and_asks_where_to_put()
    {
        const string key = "Key id:secret";
        using var initiate = await SendAsync(
            HttpMethod.Post, "/storage/upload/initiate-multipart?storage_type=gcs",
            Wire.Body("""{"file_name":"a.bin","content_type":"video/mp4"}""", "application/json"), key);
        using var json = JsonDocument.Parse(await initiate.TextAsync());
        var upload = json.RootElement.GetProperty("upload_url").GetString()!;

        using var where = await SendAsync(HttpMethod.Post, upload + "/1", null, key);
        using var target = JsonDocument.Parse(await where.TextAsync());
        using var put = await SendAsync(
            HttpMethod.Put, target.RootElement.GetProperty("upload_url").GetString()!, Wire.Body("all"));
        var tag = put.Headers.ETag!.ToString().Trim('"');
        using var complete = await SendAsync(
            HttpMethod.Post, upload + "/complete",
            Wire.Body($$"""{"parts":[{"part_number":1,"etag":"{{tag}}"}]}""", "application/json"), key);

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal(
            "all", await _host.Http.GetStringAsync(json.RootElement.GetProperty("file_url").GetString(), Cancelled));
    }

    [Fact]
    public async Task The_older_cdn_says_the_part_in_the_query_and_ends_at_the_same_url()
    {
        var token = "Bearer " + await TokenAsync();
        using var initiate = await SendAsync(
            HttpMethod.Post, "/upload/initiate-multipart",
            Wire.Body("""{"file_name":"a.bin","content_type":"video/mp4"}""", "application/json"), token);
        using var json = JsonDocument.Parse(await initiate.TextAsync());
        var upload = json.RootElement.GetProperty("upload_url").GetString()!;

        using var put = await SendAsync(HttpMethod.Put, upload + "&part_number=1", Wire.Body("all"));
        using var complete = await SendAsync(
            HttpMethod.Post, upload,
            Wire.Body(
                JsonSerializer.Serialize(new { parts = new[] { new { part_number = 1, etag = put.Headers.ETag!.ToString() } } }),
                "application/json"));

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal(
            "all", await _host.Http.GetStringAsync(json.RootElement.GetProperty("file_url").GetString(), Cancelled));
    }

    [Fact]
    public async Task The_older_cdn_takes_a_file_by_put()
    {
        using var put = await SendAsync(
            HttpMethod.Put, "/upload", Wire.Body("hi"), "Bearer " + await TokenAsync(), ("X-Fal-File-Name", "a.txt"));

        using var json = JsonDocument.Parse(await put.TextAsync());
        Assert.Equal(
            "hi", await _host.Http.GetStringAsync(json.RootElement.GetProperty("file_url").GetString(), Cancelled));
    }

    [Fact]
    public async Task A_stranger_begins_nothing()
    {
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/files/upload/multipart"), (HttpMethod.Post, "/upload/initiate-multipart"),
            (HttpMethod.Put, "/upload"), (HttpMethod.Post, "/files/upload"),
        })
        {
            using var response = await SendAsync(method, path, Wire.Body("{}", "application/json"), "Bearer e30.e30");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task A_content_type_keeps_its_parameters_and_one_that_fits_no_url_is_400()
    {
        var url = await _host.StoreAsync("x"u8.ToArray(), "a.txt", "text/plain; charset=utf-8");
        using var got = await _host.GetAsync(url);
        Assert.Equal("text/plain; charset=utf-8", got.Content.Headers.ContentType?.ToString());

        using var refused = await _host.PostInitiateAsync(
            JsonSerializer.Serialize(new { content_type = new string('x', 256), file_name = "a" }));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task The_name_that_the_client_gives_to_a_nameless_blob_is_kept()
    {
        var url = await _host.StoreAsync("<svg/>"u8.ToArray(), "1763704321000.svg+xml", "image/svg+xml");

        Assert.EndsWith("_1763704321000.svg_xml", url, StringComparison.Ordinal);
        using var got = await _host.GetAsync(url);
        Assert.Equal("1763704321000.svg+xml", got.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task An_upload_token_ends_with_its_key()
    {
        var token = "Bearer " + await TokenAsync();
        using var begin = await SendAsync(
            HttpMethod.Post, "/files/upload/multipart", Wire.Body([], "video/mp4"), token, ("X-Fal-File-Name", "big.bin"));
        using var json = JsonDocument.Parse(await begin.TextAsync());
        var part = json.RootElement.GetProperty("access_url").GetString()
            + $"/multipart/{json.RootElement.GetProperty("uploadId").GetString()}/1";
        using var before = await SendAsync(HttpMethod.Put, part, Wire.Body("one", "video/mp4"), token);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        _host.Revoked.Add("id");

        using var upload = await SendAsync(HttpMethod.Post, "/files/upload", Wire.Body("x", "video/mp4"), token);
        Assert.Equal(HttpStatusCode.Unauthorized, upload.StatusCode);
        using var another = await SendAsync(HttpMethod.Post, "/files/upload/multipart", Wire.Body([], "video/mp4"), token);
        Assert.Equal(HttpStatusCode.Unauthorized, another.StatusCode);
        using var after = await SendAsync(HttpMethod.Put, part, Wire.Body("two", "video/mp4"), token);
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
    }

    async Task<string> TokenAsync()
    {
        using var response = await SendAsync(
            HttpMethod.Post, "/storage/auth/token?storage_type=fal-cdn", Wire.Body("{}", "application/json"), "Key id:secret");
        using var json = JsonDocument.Parse(await response.TextAsync());
        return json.RootElement.GetProperty("token").GetString()!;
    }

    async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, HttpContent? content, string? authorization = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var (name, value) in authorization is null ? headers : [.. headers, ("Authorization", authorization)])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _host.Http.SendAsync(request, Cancelled);
    }
}
