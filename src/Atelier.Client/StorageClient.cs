using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>Files: up through the CDN token flow, down from any address.</summary>
public sealed class StorageClient
{
    /// <summary>The most that one upload to fal.ai may hold: 100 MiB (its single-request limit).</summary>
    public const long FalUploadMaxBytes = 100L << 20;

    readonly Transport _transport;

    internal StorageClient(Transport transport) => _transport = transport;

    /// <summary>Uploads a file and answers its public address.</summary>
    /// <param name="open">Opens the content from its start; called again when the upload is repeated.</param>
    /// <param name="fileName">The name to keep, without folders.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="lifetime">How long it is kept; null for the server's default.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    public async Task<string> UploadAsync(
        Func<Stream> open, string fileName, string contentType, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var options = _transport.Options;
        var token = await _transport.ReadAsync(
            () => _transport.Request(
                HttpMethod.Post, $"{options.Rest}/storage/auth/token?storage_type=fal-cdn-v3",
                Transport.Json("{}"u8.ToArray())),
            safe: true, ClientJson.Default.UploadToken, cancellationToken).ConfigureAwait(false);

        var answer = await _transport.JsonAsync(
            () =>
            {
                var content = new StreamContent(open()) { Headers = { ContentType = new(contentType) } };
                var request = _transport.Request(HttpMethod.Post, $"{options.Cdn}/files/upload", content);
                request.Headers.Authorization = new(token.TokenType ?? "Bearer", token.Token);
                request.Headers.TryAddWithoutValidation(FalHeaders.FileName, HeaderName(fileName));
                if (QueueClient.Lifecycle(lifetime) is { } lifecycle)
                {
                    request.Headers.TryAddWithoutValidation(FalHeaders.Lifecycle, lifecycle);
                    request.Headers.TryAddWithoutValidation(FalHeaders.LifecyclePreference, lifecycle);
                }

                return request;
            },
            safe: true, limit: null, cancellationToken).ConfigureAwait(false);
        return answer.Body.TryGetProperty("access_url", out var url) && url.GetString() is { } text
            ? text
            : throw new HttpRequestException(
                HttpRequestError.InvalidResponse, "The upload's answer has no access_url.");
    }

    /// <summary>Opens a download. The key goes along only to the API's own address.</summary>
    public Task<HttpResponseMessage> DownloadAsync(Uri address, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            () =>
            {
                var request = _transport.Request(HttpMethod.Get, address.AbsoluteUri);
                request.Headers.Accept.Clear();
                return request;
            },
            safe: true, _transport.Options.CallTimeout, cancellationToken);

    // A header carries ASCII only; fal keeps a plain name as it is.
    static string HeaderName(string fileName) =>
        fileName.All(c => c is >= ' ' and < '\x7f') ? fileName : Uri.EscapeDataString(fileName);
}
