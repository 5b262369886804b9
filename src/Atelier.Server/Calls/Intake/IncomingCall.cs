using Atelier.Protocol.Apps;

namespace Atelier.Server.Calls;

/// <summary>A request for an endpoint that may be queued or run: endpoint, body and wishes are checked.</summary>
/// <param name="RequestId">UUIDv7, given here.</param>
/// <param name="App">Who serves it.</param>
/// <param name="Endpoint">The endpoint within the app.</param>
/// <param name="Input">One JSON value, as it came. Not yet checked against the endpoint's schema.</param>
/// <param name="Preferences">From the headers.</param>
/// <param name="Retention">How long the payloads are kept: short when the caller asked, or for <c>sync_mode</c>.</param>
sealed record IncomingCall(
    string RequestId,
    HostedApp App,
    EndpointManifest Endpoint,
    ReadOnlyMemory<byte> Input,
    CallPreferences Preferences,
    TimeSpan Retention)
{
    /// <summary>What of it is kept beside the input.</summary>
    /// <param name="filesBaseUrl">Prefix of file URLs in the answer, as the caller reached this server.</param>
    public JobContext ToContext(string filesBaseUrl) => new(filesBaseUrl, Preferences.Lifecycle, Preferences.RunnerHint)
    {
        Tags = Preferences.Tags,
        Retries = Preferences.Retries,
    };
}
