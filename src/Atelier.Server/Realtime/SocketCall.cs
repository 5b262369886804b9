using System.Text;
using Atelier.Protocol.Apps;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Realtime;

/// <summary>One request that came by WebSocket: a whole session, or one call of HTTP over WebSocket.</summary>
sealed class SocketCall(string requestId, HostedApp app, EndpointManifest endpoint, Caller caller, DateTimeOffset startedAt)
{
    static readonly byte[] NoInput = "{}"u8.ToArray();

    public string RequestId => requestId;

    public HostedApp App => app;

    public EndpointManifest Endpoint => endpoint;

    /// <summary>Trips when the caller's key is revoked.</summary>
    public CancellationToken Revoked => caller.Revoked;

    /// <summary>When it got its slot; until then, when it came.</summary>
    public DateTimeOffset StartedAt { get; set; } = startedAt;

    /// <summary>The call's body; a session has none.</summary>
    public ReadOnlyMemory<byte> Input { get; init; } = NoInput;

    /// <summary>What the app is told after its path.</summary>
    public string Query { get; init; } = "";

    public required string FilesBaseUrl { get; init; }

    /// <summary>Its lines, for the history: nobody can ask for them while it runs.</summary>
    public LogBuffer Log { get; } = new();

    public RunnerCall ToRunnerCall() => new()
    {
        RequestId = requestId,
        App = app.Manifest.App,
        Endpoint = endpoint.Id,
        Path = endpoint.Path,
        Query = Query,
        Attempt = 1,
        Input = Input,
        Log = line => Log.Append([new(line.Timestamp, line.Level, line.Message)]),
        Rights = new(caller.AccountId, FilesBaseUrl, null, caller.KeyId),
    };

    /// <summary>The request as the history keeps it.</summary>
    public NewJob ToJob() => new()
    {
        Id = requestId,
        AccountId = caller.AccountId,
        KeyId = caller.KeyId,
        App = app.Manifest.App,
        Endpoint = endpoint.Id,
        Input = Input,
        MaxAttempts = 1,
        PayloadRetention = CallPreferences.LongRetention,
    };

    /// <summary>The caller's query without its token.</summary>
    public static string WithoutToken(QueryString query)
    {
        var text = new StringBuilder();
        foreach (var part in (query.Value ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            // As it is when it is read: a name may be escaped in many ways.
            var name = Uri.UnescapeDataString(part.Split('=')[0]);
            if (!name.Equals(AcceptsToken.Parameter, StringComparison.OrdinalIgnoreCase))
            {
                text.Append(text.Length == 0 ? '?' : '&').Append(part);
            }
        }

        return text.ToString();
    }
}
