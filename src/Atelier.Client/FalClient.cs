using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>fal's API, on fal.ai or on an Atelier server.</summary>
public sealed class FalClient : IDisposable
{
    readonly HttpClient _http;
    readonly Transport _transport;

    /// <param name="options">Where, and with which key.</param>
    /// <param name="handler">Sends the requests; disposed with the client. Null for the system's own.</param>
    public FalClient(FalClientOptions options, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Runs and uploads have no time limit of their own; every other call has CallTimeout.
        _http = new(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _transport = new(_http, options);
        Options = options;
        Queue = new(_transport);
        Storage = new(_transport);
        Platform = new(_transport);
    }

    /// <summary>Where this client goes.</summary>
    public FalClientOptions Options { get; }

    /// <summary>Queued requests: the way for everything that takes longer than a second.</summary>
    public QueueClient Queue { get; }

    /// <summary>Files.</summary>
    public StorageClient Storage { get; }

    /// <summary>The catalogue and schemas.</summary>
    public PlatformClient Platform { get; }

    /// <summary>Runs an input over one connection, without the queue; dropping the call ends the work.</summary>
    public Task<FalResponse> RunAsync(
        EndpointId endpoint, ReadOnlyMemory<byte> input, SubmitOptions options, CancellationToken cancellationToken) =>
        _transport.JsonAsync(
            () =>
            {
                var request = _transport.Request(
                    HttpMethod.Post, $"{Options.Run}/{endpoint}", Transport.Json(input));
                // A sync run knows no priority.
                QueueClient.AddOptions(request, options with { Priority = null });
                return request;
            },
            safe: false, limit: null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
