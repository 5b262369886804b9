using System.Net;
using Atelier.Server.Packs.Npm;

namespace Atelier.Server.Packs;

/// <summary>
/// The client for addresses that the operator or a checked-in manifest gives. It honours the proxy and the certificate
/// authorities of the environment and may reach private mirrors; nothing it brings is used before its hash matches.
/// </summary>
sealed class PackHttp : IDisposable
{
    const int MostRedirects = 5;
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = MostRedirects,
        ConnectTimeout = ConnectLimit,
        UseCookies = false,
        // A range is of the bytes as they are stored; a coding on the way would shift it.
        AutomaticDecompression = DecompressionMethods.None,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    readonly NpmConfig _config;
    readonly TimeProvider _time;
    readonly TimeSpan _stall;

    public PackHttp(NpmConfig config, PackOptions options, TimeProvider time)
    {
        _config = config;
        _time = time;
        _stall = TimeSpan.FromSeconds(options.StallSeconds);
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("atelier");
    }

    /// <summary>
    /// Sends a request and returns once the answer's headers are there. Redirects lose the authorization.
    /// </summary>
    /// <exception cref="PackTransferException">No connection, or no answer in time.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _config.Authorization(request.RequestUri!);
        return WatchAsync(
            token => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellationToken);
    }

    /// <summary>One read of a body that must bring something before the stall limit; 0 at its end.</summary>
    /// <exception cref="PackTransferException">The connection broke or stalled.</exception>
    public Task<int> ReadAsync(Stream body, Memory<byte> into, CancellationToken cancellationToken) =>
        WatchAsync(token => body.ReadAsync(into, token).AsTask(), cancellationToken);

    /// <summary>A whole small body.</summary>
    /// <exception cref="PackRefusedException">It is larger than the limit.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage answer, int mostBytes, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var block = new byte[64 * 1024];
        while (await ReadAsync(body, block, cancellationToken) is > 0 and var read)
        {
            await whole.WriteAsync(block.AsMemory(0, read), cancellationToken);
            if (whole.Length > mostBytes)
            {
                throw new PackRefusedException("an answer is larger than such answers are");
            }
        }

        return whole.ToArray();
    }

    /// <summary>Sorts an answer without success: worth another try, or not.</summary>
    public static void DemandSuccess(HttpResponseMessage answer, string who)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var status = (int)answer.StatusCode;
        throw status is 408 or 429 or >= 500
            ? new PackTransferException($"{who} answers with status {status}")
            : new PackRefusedException($"{who} answers with status {status}");
    }

    public void Dispose() => _client.Dispose();

    async Task<T> WatchAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_stall, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await action(either.Token);
        }
        catch (HttpRequestException error)
        {
            throw new PackTransferException("its source cannot be reached", error);
        }
        catch (IOException error)
        {
            throw new PackTransferException("the connection to its source broke off", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PackTransferException("its source sends nothing", error);
        }
    }
}
