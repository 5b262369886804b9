using System.Collections.Concurrent;

namespace Atelier.Server.Calls;

/// <summary>
/// The calls that runners are working on now. A runner acts in a caller's name (saves a file, fetches an input) only
/// for a call that is listed here and that is its own.
/// </summary>
public sealed class ActiveCalls
{
    // Keyed by request id; the value holds the token of the runner that has the call. Written by runners' call paths.
    readonly ConcurrentDictionary<string, (string RunnerToken, CallRights Rights)> _calls = new(StringComparer.Ordinal);

    /// <summary>Lists a call until the returned value is disposed.</summary>
    public IDisposable Begin(string requestId, string runnerToken, CallRights rights)
    {
        _calls[requestId] = (runnerToken, rights);
        return new Entry(this, requestId);
    }

    /// <summary>The rights of a call, or null when it is not running or not with that runner.</summary>
    public CallRights? Find(string requestId, string runnerToken) =>
        _calls.TryGetValue(requestId, out var call) && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(call.RunnerToken), System.Text.Encoding.UTF8.GetBytes(runnerToken))
            ? call.Rights
            : null;

    sealed class Entry(ActiveCalls owner, string requestId) : IDisposable
    {
        public void Dispose() => owner._calls.TryRemove(requestId, out _);
    }
}
