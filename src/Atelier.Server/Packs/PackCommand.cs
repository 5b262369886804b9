using Atelier.Server.Calls;

namespace Atelier.Server.Packs;

/// <summary>Pulls packs without a server: <c>Atelier.Server pull-packs [NAME…]</c>, for tests and images.</summary>
static class PackCommand
{
    /// <param name="names">Packs by name; none means every pack of this platform that is not for tests only.</param>
    /// <param name="includeTests">With no names: also the packs that only tests use.</param>
    /// <param name="from">A folder to take the files from instead of the network, or null.</param>
    /// <param name="output">Takes a line for each pack.</param>
    /// <returns>The exit code: 0, or 1 with the reason in the output.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyCollection<string> names,
        bool includeTests,
        string? from,
        PackOptions options,
        TimeProvider time,
        ILoggerFactory loggers,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        using var store = new PackStore(PackCatalog.BuiltIn(), options, PackEnvironment.Current(), time, loggers);
        if (names.Count is 0)
        {
            names = [.. store.Catalog.Packs
                .Where(pack => (includeTests || !pack.TestOnly) && pack.For(store.Platform) is not null)
                .Select(pack => pack.Name)];
        }

        try
        {
            var log = new PackLog(line => output.WriteLine(line.Message), time);
            foreach (var (name, folder) in await store.PullAsync(names, from, log.Report, cancellationToken))
            {
                await output.WriteLineAsync($"{name} is in {folder}".AsMemory(), cancellationToken);
            }

            return 0;
        }
        catch (PackUnavailableException error)
        {
            await output.WriteLineAsync(error.Message.AsMemory(), cancellationToken);
            return 1;
        }
    }
}
