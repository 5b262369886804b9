using System.Diagnostics;
using Atelier.Queue;

namespace Atelier.Server.Queue;

/// <summary>The bodies of queue control: <c>{"status": …}</c>, without <c>detail</c>.</summary>
static class ControlAnswers
{
    public static readonly byte[] NotFound = """{"status":"NOT_FOUND"}"""u8.ToArray();

    static readonly byte[] Requested = """{"status":"CANCELLATION_REQUESTED"}"""u8.ToArray();
    static readonly byte[] Completed = """{"status":"ALREADY_COMPLETED"}"""u8.ToArray();

    /// <summary>A waiting request that was removed answers like a running one that was told: the caller asked for the same.</summary>
    public static (int Status, byte[] Body) Of(CancelResult result) => result switch
    {
        CancelResult.Removed or CancelResult.Requested => (202, Requested),
        CancelResult.AlreadyCompleted => (400, Completed),
        CancelResult.NotFound => (404, NotFound),
        _ => throw new UnreachableException(),
    };
}
