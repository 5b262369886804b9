namespace Atelier.Queue;

/// <summary>The finished requests of one endpoint in one bucket of time, and of one key when keys were asked for.</summary>
/// <param name="Bucket">Which of the buckets asked for, from 0.</param>
/// <param name="KeyId">Null when all keys are counted together.</param>
public sealed record HistoryGroup(string Endpoint, int Bucket, string? KeyId)
{
    readonly Dictionary<string, long> _errorTypes = new(StringComparer.Ordinal);

    /// <summary>Requests that succeeded.</summary>
    public long Successes { get; private set; }

    /// <summary>Requests that were wrong or cancelled.</summary>
    public long UserErrors { get; private set; }

    /// <summary>Requests that the app or the platform failed.</summary>
    public long Errors { get; private set; }

    /// <summary>Units that answers named; a success that named none counts as one.</summary>
    public double Units { get; private set; }

    /// <summary>From the start of the last attempt to the completion; of requests that started.</summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>From the arrival to the start of the last attempt; of requests that started.</summary>
    public DurationHistogram Waits { get; } = new();

    /// <summary>How many requests ended with a platform's error type, by type.</summary>
    public IReadOnlyDictionary<string, long> ErrorTypes => _errorTypes;

    internal void Add(Verdict verdict, long created, long? started, long finished, double? units, string? errorType)
    {
        switch (verdict)
        {
            case Verdict.Success:
                Successes++;
                break;
            case Verdict.UserError:
                UserErrors++;
                break;
            default:
                Errors++;
                break;
        }

        Units += units ?? (verdict is Verdict.Success ? 1 : 0);
        if (started is { } start)
        {
            Durations.Add(finished - start);
            Waits.Add(start - created);
        }

        if (errorType is not null)
        {
            _errorTypes[errorType] = _errorTypes.GetValueOrDefault(errorType) + 1;
        }
    }
}
