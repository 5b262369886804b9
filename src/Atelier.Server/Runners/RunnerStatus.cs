namespace Atelier.Server.Runners;

/// <summary>One runner at one moment, for health and metrics.</summary>
/// <param name="App">The app's id.</param>
/// <param name="ProcessId">Null while packs are pulled.</param>
/// <param name="InFlight">Calls that it works on.</param>
/// <param name="Since">When it was started.</param>
public sealed record RunnerStatus(string App, int? ProcessId, RunnerState State, int InFlight, DateTimeOffset Since);
