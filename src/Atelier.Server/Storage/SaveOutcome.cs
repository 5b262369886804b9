namespace Atelier.Server.Storage;

/// <summary>How keeping a file ended.</summary>
public abstract record SaveOutcome
{
    SaveOutcome()
    {
    }

    /// <summary>On disk, synced, and served from now on.</summary>
    public sealed record Saved(StoredFile File) : SaveOutcome;

    /// <summary>The id has a file, or one is being written under it.</summary>
    public sealed record Exists : SaveOutcome;

    public sealed record TooLarge(long LimitBytes) : SaveOutcome;

    /// <summary>The sender sent nothing for too long.</summary>
    public sealed record Stalled : SaveOutcome;

    /// <summary>No space left on the device, or in the quota.</summary>
    public sealed record DiskFull : SaveOutcome;
}
