using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using Atelier.Protocol;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>HTTP/1.1 over one runner's socket. Connections are kept for the runner's life.</summary>
sealed class RunnerHttp : IDisposable
{
    static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);
    static readonly MediaTypeHeaderValue Json = new("application/json");

    // Over a Unix socket the host name means nothing; HTTP/1.1 wants one.
    static readonly Uri Origin = new("http://runner/");

    readonly string _socketPath;
    readonly TimeProvider _time;
    readonly HttpMessageInvoker _http;

    public RunnerHttp(string socketPath, TimeProvider time)
    {
        (_socketPath, _time) = (socketPath, time);
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        });
    }

    /// <summary>Whether <c>GET /health</c> answers 200 in time. Never throws for the runner's sake.</summary>
    public async Task<bool> IsHealthyAsync()
    {
        // Asking before the socket exists would cost an exception a time.
        if (!File.Exists(_socketPath))
        {
            return false;
        }

        using var timeout = new CancellationTokenSource(HealthTimeout, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Origin, "health"));
            using var response = await _http.SendAsync(request, timeout.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends a call; the answer's body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Origin, call.Path))
        {
            Content = new ReadOnlyMemoryContent(call.Input) { Headers = { ContentType = Json } },
        };
        request.Headers.TryAddWithoutValidation(FalHeaders.RequestId, call.RequestId);
        request.Headers.TryAddWithoutValidation(FalHeaders.Endpoint, call.Endpoint);
        request.Headers.TryAddWithoutValidation(
            FalHeaders.Attempt, call.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return await _http.SendAsync(request, cancellationToken);
    }

    /// <summary>Opens a WebSocket to the app.</summary>
    /// <exception cref="WebSocketException">The runner cannot be reached, or refuses.</exception>
    public async Task<ClientWebSocket> ConnectAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            // Both ends are on this machine: the end of one is the end of the connection.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            socket.Options.SetRequestHeader(FalHeaders.RequestId, call.RequestId);
            socket.Options.SetRequestHeader(FalHeaders.Endpoint, call.Endpoint);
            await socket.ConnectAsync(new Uri($"ws://runner{call.Path}{call.Query}"), _http, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks the app to cancel a call. Best effort: whether it did shows in the call itself.</summary>
    public async Task CancelAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(Origin, call.Path.TrimEnd('/') + "/cancel");
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.TryAddWithoutValidation(FalHeaders.RequestId, call.RequestId);
            using var response = await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            // A runner that cannot be asked is about to be ended by its grace.
        }
    }

    public void Dispose() => _http.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
