namespace Atelier.Server.Dispatch;

/// <summary>What the dispatcher takes from the server's settings.</summary>
/// <param name="DrainTimeout">How long running work may take after a stop before it is put back.</param>
sealed record DispatchOptions(TimeSpan DrainTimeout);
