using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>The catalogue, the models' schemas and other JSON calls of the platform API.</summary>
public sealed class PlatformClient
{
    readonly Transport _transport;

    internal PlatformClient(Transport transport) => _transport = transport;

    /// <summary>One page of the catalogue.</summary>
    /// <param name="query">Words to find, or null.</param>
    /// <param name="category">A category, or null.</param>
    /// <param name="cursor">Where to begin, from the page before.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public Task<ModelPage> ModelsAsync(
        string? query, string? category, string? cursor, CancellationToken cancellationToken)
    {
        List<string> parts = ["limit=100"];
        Add("q", query);
        Add("category", category);
        Add("cursor", cursor);
        return _transport.ReadAsync(
            () => _transport.Request(HttpMethod.Get, $"{_transport.Options.Platform}/models?{string.Join('&', parts)}"),
            safe: true, ClientJson.Default.ModelPage, cancellationToken);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    /// <summary>The catalogue's entry of one endpoint; null when there is none.</summary>
    public async Task<JsonElement?> ModelAsync(EndpointId endpoint, CancellationToken cancellationToken)
    {
        var id = Uri.EscapeDataString(endpoint.ToString());
        try
        {
            var page = await _transport.ReadAsync(
                () => _transport.Request(HttpMethod.Get, $"{_transport.Options.Platform}/models?endpoint_id={id}"),
                safe: true, ClientJson.Default.ModelPage, cancellationToken).ConfigureAwait(false);
            return page.Models is [var model, ..] ? model : null;
        }
        catch (ApiException error) when (error.Status is 404)
        {
            return null;
        }
    }

    /// <summary>The OpenAPI document of a model; null when there is none.</summary>
    public async Task<JsonElement?> SchemaAsync(EndpointId endpoint, CancellationToken cancellationToken)
    {
        var id = Uri.EscapeDataString(endpoint.ToString());
        try
        {
            var answer = await _transport.JsonAsync(
                () => _transport.Request(
                    HttpMethod.Get, $"{_transport.Options.Schemas}/api/openapi/queue/openapi.json?endpoint_id={id}"),
                safe: true, _transport.Options.CallTimeout, cancellationToken).ConfigureAwait(false);
            return answer.Body.ValueKind is JsonValueKind.Object ? answer.Body : null;
        }
        catch (ApiException error) when (error.Status is 404)
        {
            return null;
        }
    }

    /// <summary>Any other call: a path below <c>/v1</c> and an optional JSON body.</summary>
    public async Task<JsonElement> CallAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var answer = await _transport.JsonAsync(
            () => Request(method, path, body),
            safe: method == HttpMethod.Get, _transport.Options.CallTimeout, cancellationToken).ConfigureAwait(false);
        return answer.Body;
    }

    /// <summary>A call whose answer is one JSON document a line, as they come.</summary>
    public Task<HttpResponseMessage> StreamAsync(
        string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _transport.SendAsync(() => Request(HttpMethod.Post, path, body), safe: false, limit: null, cancellationToken);

    HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte>? body) =>
        _transport.Request(
            method, $"{_transport.Options.Platform}/{path}", body is { } bytes ? Transport.Json(bytes) : null);
}
