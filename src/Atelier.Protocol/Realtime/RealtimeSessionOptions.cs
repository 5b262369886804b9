namespace Atelier.Protocol.Realtime;

/// <summary>How a session treats its inputs.</summary>
public sealed record RealtimeSessionOptions
{
    /// <summary>Inputs that wait at most, whatever anyone asks for.</summary>
    public const int BufferingMax = 60;

    /// <summary>How long a session without inputs lasts when its app does not say.</summary>
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Inputs that wait, 1 to 60; when one more comes, the oldest is dropped. Null drops none: the client is read no
    /// further until there is room.
    /// </summary>
    public int? Buffering { get; init; }

    /// <summary>
    /// Bytes that wait at most where inputs are dropped; the oldest go first, the newest always stays.
    /// </summary>
    public long WaitingMaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long the app waits for the next input before the session ends.</summary>
    public TimeSpan IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>One message at most.</summary>
    public int MessageMaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A timings frame follows each answer.</summary>
    public bool SendsTimings { get; init; }

    /// <summary>Reads <c>max_buffering</c> out of a query; null when it is not there.</summary>
    /// <returns>False when it is there and is no whole number from 1 to 60.</returns>
    public static bool TryReadBuffering(string query, out int? buffering)
    {
        const string Name = "max_buffering=";
        buffering = null;
        foreach (var range in query.AsSpan().TrimStart('?').Split('&'))
        {
            var part = query.AsSpan().TrimStart('?')[range];
            if (part.StartsWith(Name, StringComparison.Ordinal))
            {
                var isNumber = int.TryParse(part[Name.Length..], System.Globalization.NumberStyles.None, null, out var number);
                buffering = number;
                return isNumber && number is >= 1 and <= BufferingMax;
            }
        }

        return true;
    }
}
