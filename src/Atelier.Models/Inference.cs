namespace Atelier.Models;

/// <summary>How the models run native code.</summary>
static class Inference
{
    /// <summary>Threads of one run: every core, since a runner works on one request at a time.</summary>
    public static int Threads => Environment.ProcessorCount;

    /// <summary>
    /// Runs long computation on a thread of its own, so that the pool's threads stay free for the runner's HTTP.
    /// </summary>
    public static Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken) => Task.Factory.StartNew(
        compute, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
