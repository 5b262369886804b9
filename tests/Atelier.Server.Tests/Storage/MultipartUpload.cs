using System.Text.Json;
using Atelier.Server.Storage;

namespace Atelier.Server.Tests.Storage;

/// <summary>A presigned upload in parts, sent as the JavaScript client sends it.</summary>
sealed record MultipartUpload(StorageHost Host, string FileUrl, string UploadUrl)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<MultipartUpload> InitiateAsync(
        StorageHost host, string fileName = "big.mp4", string? contentType = "video/mp4", string? lifecycle = null)
    {
        var body = new Dictionary<string, string?> { ["content_type"] = contentType, ["file_name"] = fileName };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/storage/upload/initiate-multipart?storage_type=fal-cdn-v3")
        {
            Content = Wire.Body(JsonSerializer.Serialize(body), "application/json"),
            Headers = { { "Authorization", "Key id:secret" } },
        };
        if (lifecycle is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Fal-Object-Lifecycle", lifecycle);
        }

        using var response = await host.Http.SendAsync(request, Cancelled);
        using var json = JsonDocument.Parse(await response.TextAsync());
        Assert.Equal(200, (int)response.StatusCode);
        return new(
            host,
            json.RootElement.GetProperty("file_url").GetString()!,
            json.RootElement.GetProperty("upload_url").GetString()!);
    }

    /// <summary>The same upload at a server that was started anew, on another port.</summary>
    public MultipartUpload On(StorageHost host) =>
        new(host, host.Url + new Uri(FileUrl).PathAndQuery, host.Url + new Uri(UploadUrl).PathAndQuery);

    public string PartUrl(object part)
    {
        var url = new Uri(UploadUrl);
        return $"{url.GetLeftPart(UriPartial.Authority)}{url.AbsolutePath}/{part}{url.Query}";
    }

    /// <summary>Sends a part and answers its ETag as JSON text, quotes and all.</summary>
    public async Task<string> PutAsync(int number, string text)
    {
        using var response = await Host.PutAsync(PartUrl(number), Wire.Body(text, null));
        var body = await response.TextAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("etag").GetRawText();
    }

    public Task<HttpResponseMessage> CompleteAsync(params (int Number, string Tag)[] parts) => CompleteAsync(
        $$"""{"parts":[{{string.Join(',', parts.Select(part => $$"""{"partNumber":{{part.Number}},"etag":{{part.Tag}}}"""))}}]}""");

    public Task<HttpResponseMessage> CompleteAsync(string body) =>
        SendAsync(HttpMethod.Post, PartUrl("complete"), Wire.Body(body, "application/json"));

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, HttpContent? content = null, string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await Host.Http.SendAsync(request, Cancelled);
    }

    internal MultipartTicket Ticket(StorageHost host)
    {
        var segment = new Uri(UploadUrl).AbsolutePath.Split('/')[^1];
        Assert.True(host.Tokens.TryRead(segment, StorageJson.Default.MultipartTicket, out var ticket));
        return ticket;
    }
}
