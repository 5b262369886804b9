using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Atelier.Server.Tests.Storage;

/// <summary>The requests of the official clients, as bytes.</summary>
static class Wire
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static ByteArrayContent Body(string text, string? contentType = "text/plain") =>
        Body(Encoding.UTF8.GetBytes(text), contentType);

    public static ByteArrayContent Body(byte[] bytes, string? contentType = "text/plain")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    public static async Task<(string FileUrl, string UploadUrl)> InitiateAsync(
        this StorageHost host, string fileName = "hello.txt", string? contentType = "text/plain",
        string? lifecycle = null)
    {
        var body = new Dictionary<string, string?> { ["content_type"] = contentType, ["file_name"] = fileName };
        using var response = await host.PostInitiateAsync(JsonSerializer.Serialize(body), lifecycle);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(200, (int)response.StatusCode);
        return (
            json.RootElement.GetProperty("file_url").GetString()!,
            json.RootElement.GetProperty("upload_url").GetString()!);
    }

    public static async Task<HttpResponseMessage> PostInitiateAsync(
        this StorageHost host, string body, string? lifecycle = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/storage/upload/initiate?storage_type=fal-cdn-v3")
        {
            Content = Body(body, "application/json"),
        };
        request.Headers.Add("Authorization", "Key id:secret");
        if (lifecycle is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Fal-Object-Lifecycle", lifecycle);
        }

        return await host.Http.SendAsync(request, Cancelled);
    }

    public static Task<HttpResponseMessage> PutAsync(this StorageHost host, string url, HttpContent content) =>
        host.Http.PutAsync(url, content, Cancelled);

    /// <summary>Uploads and answers the file's URL.</summary>
    public static async Task<string> StoreAsync(
        this StorageHost host, byte[] bytes, string fileName = "hello.txt", string? contentType = "text/plain",
        string? lifecycle = null)
    {
        var (fileUrl, uploadUrl) = await host.InitiateAsync(fileName, contentType, lifecycle);
        using var response = await host.PutAsync(uploadUrl, Body(bytes, contentType));
        Assert.Equal("{}", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(200, (int)response.StatusCode);
        return fileUrl;
    }

    public static Task<string> StoreAsync(
        this StorageHost host, string text = "hello world", string? lifecycle = null) =>
        host.StoreAsync(Encoding.UTF8.GetBytes(text), lifecycle: lifecycle);

    public static async Task<HttpResponseMessage> GetAsync(
        this StorageHost host, string url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await host.Http.SendAsync(request, Cancelled);
    }

    public static Task<string> TextAsync(this HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(Cancelled);
}
