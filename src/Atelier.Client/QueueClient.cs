using System.Globalization;
using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>The queue: submit, look, fetch, cancel.</summary>
public sealed class QueueClient
{
    readonly Transport _transport;

    internal QueueClient(Transport transport) => _transport = transport;

    string Root => _transport.Options.Queue;

    /// <summary>Queues an input. It carries an idempotency key, so that a repeated submit stays one request.</summary>
    /// <param name="endpoint">The whole id, with its path.</param>
    /// <param name="input">The model's input as UTF-8 JSON.</param>
    /// <param name="options">Priority, lifetimes, webhook.</param>
    /// <param name="cancellationToken">Stops waiting; the request may have been accepted.</param>
    public Task<QueueTicket> SubmitAsync(
        EndpointId endpoint, ReadOnlyMemory<byte> input, SubmitOptions options, CancellationToken cancellationToken)
    {
        var idempotencyKey = Guid.CreateVersion7().ToString();
        var query = options.Webhook is { } hook ? $"?fal_webhook={Uri.EscapeDataString(hook)}" : "";
        return _transport.ReadAsync(
            () =>
            {
                var request = _transport.Request(
                    HttpMethod.Post, $"{Root}/{endpoint}{query}", Transport.Json(input));
                request.Headers.TryAddWithoutValidation(FalHeaders.IdempotencyKey, idempotencyKey);
                AddOptions(request, options);
                return request;
            },
            // fal.ai does not promise to honour the key on its queue: a repeat there could be billed twice.
            safe: !_transport.Options.IsFal,
            ClientJson.Default.QueueTicket,
            cancellationToken);
    }

    /// <summary>The state of a request.</summary>
    public Task<QueueStatus> StatusAsync(
        EndpointId endpoint, string requestId, bool logs, CancellationToken cancellationToken) =>
        _transport.ReadAsync(
            () => _transport.Request(HttpMethod.Get, $"{Address(endpoint, requestId)}/status?logs={(logs ? 1 : 0)}"),
            safe: true, ClientJson.Default.QueueStatus, cancellationToken);

    /// <summary>The model's output; throws <see cref="ApiException"/> when the request failed or still runs.</summary>
    public Task<FalResponse> ResultAsync(
        EndpointId endpoint, string requestId, CancellationToken cancellationToken) =>
        _transport.JsonAsync(
            () => _transport.Request(HttpMethod.Get, Address(endpoint, requestId)),
            safe: true, _transport.Options.CallTimeout, cancellationToken);

    /// <summary>Asks for the end of a request; throws with 400 when it has completed, 404 when there is none.</summary>
    public Task<FalResponse> CancelAsync(
        EndpointId endpoint, string requestId, CancellationToken cancellationToken) =>
        _transport.JsonAsync(
            () => _transport.Request(HttpMethod.Put, $"{Address(endpoint, requestId)}/cancel"),
            safe: true, _transport.Options.CallTimeout, cancellationToken);

    internal static void AddOptions(HttpRequestMessage request, SubmitOptions options)
    {
        Add(FalHeaders.QueuePriority, options.Priority);
        Add(FalHeaders.RunnerHint, options.RunnerHint);
        Add(FalHeaders.RequestTimeout, options.StartTimeout?.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Add(FalHeaders.LifecyclePreference, Lifecycle(options.ObjectLifetime));

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    internal static string? Lifecycle(TimeSpan? lifetime) => lifetime is { } span
        ? $$"""{"expiration_duration_seconds":{{(long)span.TotalSeconds}}}"""
        : null;

    // A request is addressed by the app alone; the endpoint's path within it is dropped.
    string Address(EndpointId endpoint, string requestId) =>
        $"{Root}/{endpoint.App}/requests/{Uri.EscapeDataString(requestId)}";
}
