namespace Atelier.Queue;

/// <summary>The three states of the wire. Values are on disk: append only.</summary>
public enum JobState
{
    InQueue = 0,
    InProgress = 1,
    Completed = 2,
}
