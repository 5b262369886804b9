namespace Atelier.Server.Storage;

/// <summary>How keeping a file, or a part of one, ended.</summary>
public abstract record SaveOutcome
{
    SaveOutcome()
    {
    }

    /// <summary>On disk, synced, and served from now on.</summary>
    public sealed record Saved(StoredFile File) : SaveOutcome;

    /// <summary>On disk, synced; it outlives the process.</summary>
    public sealed record PartKept(StoredPart Part) : SaveOutcome;

    /// <summary>The id has a file, or one is being written under it.</summary>
    public sealed record Exists : SaveOutcome;

    /// <summary>The upload was completed, and with other parts than are named now.</summary>
    public sealed record Completed : SaveOutcome;

    /// <summary>The caller asked for what cannot be.</summary>
    /// <param name="Sentence">Says what, and names the part.</param>
    public sealed record Invalid(string Sentence) : SaveOutcome;

    public sealed record TooLarge(long LimitBytes) : SaveOutcome;

    /// <summary>The sender sent nothing for too long.</summary>
    public sealed record Stalled : SaveOutcome;

    /// <summary>No space left on the device, or in the quota.</summary>
    public sealed record DiskFull : SaveOutcome;
}
