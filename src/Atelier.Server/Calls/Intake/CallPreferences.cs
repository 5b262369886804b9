using System.Globalization;
using System.Text;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Wire;

namespace Atelier.Server.Calls;

/// <summary>What a caller wishes for one request, read from its headers.</summary>
/// <param name="StartTimeout">How long the request may wait before processing starts; null when the caller did not say.</param>
/// <param name="Priority">Order in the queue.</param>
/// <param name="NoRetry">One attempt only.</param>
/// <param name="StoreIo">False: payloads are kept for <see cref="ShortRetention"/> only.</param>
/// <param name="Lifecycle">The lifecycle header as it came, or null.</param>
/// <param name="IdempotencyKey">Or null.</param>
sealed record CallPreferences(
    TimeSpan? StartTimeout, JobPriority Priority, bool NoRetry, bool StoreIo, string? Lifecycle, string? IdempotencyKey)
{
    /// <summary>Limits of retries by kind of failure; null leaves the platform's.</summary>
    public RetryConfig? Retries { get; init; }

    /// <summary>The caller's own labels; null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>For sticky routing; null when there is none.</summary>
    public string? RunnerHint { get; init; }

    /// <summary>Retention of payloads that the caller does not want in the history: long enough to fetch a result.</summary>
    public static readonly TimeSpan ShortRetention = TimeSpan.FromHours(1);

    /// <summary>Retention of payloads otherwise, as fal's.</summary>
    public static readonly TimeSpan LongRetention = TimeSpan.FromDays(30);

    // fal accepts more than a tenth of a second; the ceiling keeps the deadline's arithmetic away from overflow.
    const double StartTimeoutMinSeconds = 0.1;
    const double StartTimeoutMaxSeconds = 366 * 86400;

    const int IdempotencyKeyMaxLength = 255;
    const int LifecycleMaxLength = 4096;
    const int RunnerHintMaxLength = 1024;

    const string RetriesRule =
        "X-Fal-Retry-Config must be a JSON object of at most 1024 characters: {\"server_error\":{\"retries\":2}}, with "
        + "server_error, timeout and connection_error";

    static readonly CallPreferences None = new(null, JobPriority.Normal, false, true, null, null);

    /// <summary>Reads the headers; the error is a 400 that names the header and what it takes.</summary>
    public static (CallPreferences Preferences, WireError? Refused) Read(IHeaderDictionary headers)
    {
        string? Header(string name) => headers.TryGetValue(name, out var values) ? values.ToString().Trim() : null;

        if (!TryStartTimeout(Header(FalHeaders.RequestTimeout), out var startTimeout))
        {
            return Refuse("X-Fal-Request-Timeout must be a number of seconds greater than 0.1");
        }

        var priority = Header(FalHeaders.QueuePriority)?.ToLowerInvariant();
        if (priority is not (null or "" or "normal" or "low"))
        {
            return Refuse("X-Fal-Queue-Priority must be 'normal' or 'low'");
        }

        var lifecycle = Header(FalHeaders.LifecyclePreference);
        if (lifecycle is not null && !IsJsonObject(lifecycle))
        {
            return Refuse("X-Fal-Object-Lifecycle-Preference must be a JSON object of at most 4096 characters");
        }

        if (!ObjectLifecycle.TryParse(lifecycle, out _, out var problem))
        {
            return Refuse($"X-Fal-Object-Lifecycle-Preference: {problem}");
        }

        var idempotencyKey = Header(FalHeaders.IdempotencyKey);
        if (idempotencyKey is { Length: 0 or > IdempotencyKeyMaxLength })
        {
            return Refuse("Idempotency-Key must have 1 to 255 characters");
        }

        if (!TryRetries(Header(FalHeaders.RetryConfig), out var retries))
        {
            return Refuse(RetriesRule);
        }

        if (!TryTags(Header(FalHeaders.Tags), out var tags))
        {
            return Refuse(RequestTags.Rule);
        }

        var hint = Header(FalHeaders.RunnerHint);
        if (hint?.Length > RunnerHintMaxLength)
        {
            return Refuse("X-Fal-Runner-Hint must have at most 1024 characters");
        }

        return (None with
        {
            Retries = retries,
            Tags = tags,
            RunnerHint = hint is "" ? null : hint,
            StartTimeout = startTimeout,
            Priority = priority is "low" ? JobPriority.Low : JobPriority.Normal,
            NoRetry = Header(FalHeaders.NoRetry)?.ToLowerInvariant() is "1" or "true" or "yes",
            StoreIo = Header(FalHeaders.StoreIo) is not "0",
            Lifecycle = lifecycle,
            IdempotencyKey = idempotencyKey,
        }, null);
    }

    static bool TryStartTimeout(string? header, out TimeSpan? timeout)
    {
        timeout = null;
        if (header is null)
        {
            return true;
        }

        if (!double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ||
            !(seconds > StartTimeoutMinSeconds))
        {
            return false;
        }

        timeout = TimeSpan.FromSeconds(Math.Min(seconds, StartTimeoutMaxSeconds));
        return true;
    }

    static bool TryRetries(string? header, out RetryConfig? retries)
    {
        retries = header is null ? null : RetryConfig.Parse(header);
        return header is null || retries is not null;
    }

    // An empty header is none: some clients send what was not set.
    static bool TryTags(string? header, out IReadOnlyDictionary<string, string>? tags)
    {
        tags = header is { Length: > 0 } ? RequestTags.Parse(header) : null;
        return header is null or "" || tags is not null;
    }

    static bool IsJsonObject(string text) =>
        text.Length <= LifecycleMaxLength && text.StartsWith('{') &&
        JsonInput.IsJson(Encoding.UTF8.GetBytes(text), out _);

    static (CallPreferences, WireError?) Refuse(string sentence) => (None, WireError.Detail(400, sentence, "bad_request"));
}
