namespace Atelier.Queue;

/// <summary>How a finished request turned out, by its answer's status. Values are on disk: append only.</summary>
public enum Verdict
{
    /// <summary>Below 400.</summary>
    Success = 0,

    /// <summary>400 to 499: the request was wrong, or its caller cancelled it.</summary>
    UserError = 1,

    /// <summary>500 and above: the app or the platform failed.</summary>
    Error = 2,
}
