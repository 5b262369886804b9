using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Atelier.Protocol;

namespace Atelier.Apps.Serving;

/// <summary>
/// Saves and fetches files through the gateway, in the name of one request. The runner has no key of its own and never
/// opens an address that a caller gave: that is the gateway's guarded client's business.
/// </summary>
sealed class GatewayFiles(RunnerEnvironment environment) : IDisposable
{
    // The gateway's address is ours to trust: no proxy between, no redirects, no cookies.
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<FileOutput> SaveAsync(
        string requestId,
        ReadOnlyMemory<byte> content,
        string contentType,
        string fileName,
        CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, "storage/runner/files", requestId);
        request.Content = new ReadOnlyMemoryContent(content);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? type
            : throw new AppException($"\"{contentType}\" is not a media type.", 422);
        request.Headers.Add(FalHeaders.FileName, Uri.EscapeDataString(fileName));
        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable)
        {
            throw new AppException("The server cannot store files at the moment.", 503);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"The gateway did not store the output file: status {(int)response.StatusCode}.",
                null,
                response.StatusCode);
        }

        return await response.Content.ReadFromJsonAsync<FileOutput>(AppJson.Options, cancellationToken)
            ?? throw new HttpRequestException("The gateway stored the output file and answered nothing.");
    }

    public async Task<ReadOnlyMemory<byte>> FetchAsync(
        string requestId, string field, string url, long maxBytes, CancellationToken cancellationToken)
    {
        using var request = Request(
            HttpMethod.Get, $"storage/runner/fetch?url={Uri.EscapeDataString(url)}&max_bytes={maxBytes}", requestId);
        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.UnprocessableEntity)
        {
            var refusal = await response.Content.ReadFromJsonAsync<Refusal>(AppJson.Options, cancellationToken);
            throw new FieldException(
                field, refusal?.Msg ?? "The file could not be downloaded.", refusal?.Type ?? "file_download_error")
            {
                Context = refusal?.Type is "file_too_large"
                    ? new Dictionary<string, object> { ["max_size"] = maxBytes }
                    : null,
            };
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"The gateway did not fetch the input file: status {(int)response.StatusCode}.",
                null,
                response.StatusCode);
        }

        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    HttpRequestMessage Request(HttpMethod method, string path, string requestId)
    {
        var gateway = environment.Gateway
            ?? throw new InvalidOperationException(
                $"{RunnerEnvironment.GatewayVariable} is not set: there is no file store.");
        HttpRequestMessage request = new(method, new Uri(gateway, path));
        request.Headers.Authorization = new("Runner", environment.Token);
        request.Headers.Add(FalHeaders.RequestId, requestId);
        return request;
    }

    sealed record Refusal(string? Type, string? Msg);
}
