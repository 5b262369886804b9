namespace Atelier.Client;

/// <summary>Where the API is and which key opens it.</summary>
/// <remarks>Made by <see cref="ForFal"/> or <see cref="ForServer"/>; addresses are without trailing slash.</remarks>
public sealed class FalClientOptions
{
    readonly Uri? _server;

    FalClientOptions(Uri? server, string? key) => (_server, Key) = (server, key);

    /// <summary>Synchronous runs.</summary>
    public required string Run { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Tokens and uploads.</summary>
    public required string Rest { get; init; }

    /// <summary>The file store.</summary>
    public required string Cdn { get; init; }

    /// <summary>The platform API, with its version: <c>https://api.fal.ai/v1</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The host of the OpenAPI documents of models.</summary>
    public required string Schemas { get; init; }

    /// <summary><c>id:secret</c>, or null to send no key.</summary>
    public string? Key { get; }

    /// <summary>True when the addresses are fal.ai's, where requests are billed.</summary>
    public bool IsFal => _server is null;

    /// <summary>How this client names itself.</summary>
    public string UserAgent { get; init; } = "atelier-client/0.1.0 (dotnet)";

    /// <summary>The clock of backoff and time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>When failed calls are repeated.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The longest that a call other than a run, an upload or a download may take; default 120 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>fal.ai itself.</summary>
    public static FalClientOptions ForFal(string? key) => new(null, key)
    {
        Run = "https://fal.run",
        Queue = "https://queue.fal.run",
        Rest = "https://rest.fal.ai",
        Cdn = "https://v3.fal.media",
        Platform = "https://api.fal.ai/v1",
        Schemas = "https://fal.ai",
    };

    /// <summary>An Atelier server: one address, fal's hosts as path prefixes.</summary>
    public static FalClientOptions ForServer(Uri server, string? key)
    {
        ArgumentNullException.ThrowIfNull(server);
        var root = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new(server, key)
        {
            Run = $"{root}/fal.run",
            Queue = $"{root}/queue.fal.run",
            Rest = $"{root}/rest.fal.ai",
            Cdn = $"{root}/v3.fal.media",
            Platform = $"{root}/api.fal.ai/v1",
            Schemas = $"{root}/fal.ai",
        };
    }

    /// <summary>Whether an address may see the key: a fal host over https, or the server's own origin.</summary>
    public bool KeyMayGoTo(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _server is null
            ? FalHosts.MaySeeKey(address)
            : address.GetLeftPart(UriPartial.Authority).Equals(
                _server.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
    }
}
