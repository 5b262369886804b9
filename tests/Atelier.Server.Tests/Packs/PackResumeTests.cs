using Atelier.Server.Calls;
using Atelier.Server.Packs;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class PackResumeTests
{
    static readonly string Large = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i};"));
    static readonly byte[] Net = Tarball(("package/model.onnx", Large));
    static readonly PackFile Model = Wanted("model.onnx", Large);

    [Fact]
    public async Task A_dropped_download_goes_on_where_it_stopped()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        bench.Registry.Drops = 1;
        await PullAsync(store);

        Assert.Equal(["", $"bytes={Net.Length / 2}-"], bench.Registry.Downloads.Select(seen => seen.Range));
        Assert.Equal("\"one\"", bench.Registry.Downloads[1].IfRange);
    }

    [Fact]
    public async Task A_reset_connection_is_mended()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        bench.Registry.Drops = 2;
        bench.Registry.Resets = true;
        await PullAsync(store);
        Assert.Equal(3, bench.Registry.Downloads.Count);
    }

    [Fact]
    public async Task A_download_goes_on_after_a_restart()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model);
        bench.Options.Tries = 1;
        bench.Registry.Drops = 1;
        using (var first = bench.Store(pack))
        {
            await Assert.ThrowsAsync<PackUnavailableException>(() => PullAsync(first));
        }

        using var second = bench.Store(pack);
        await PullAsync(second);
        Assert.Equal($"bytes={Net.Length / 2}-", bench.Registry.Downloads[^1].Range);
    }

    [Fact]
    public async Task A_source_without_ranges_is_read_again_from_the_start()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        bench.Registry.Drops = 1;
        bench.Registry.KnowsRanges = false;
        await PullAsync(store);
        Assert.Equal(2, bench.Registry.Downloads.Count);
    }

    [Fact]
    public async Task Bytes_that_do_not_fit_the_rest_are_thrown_away_and_all_is_read_again()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        Assert.True(PackHash.TryParse(Integrity(Net), out var hash));
        var downloads = Directory.CreateDirectory(Path.Combine(bench.Cache, "downloads")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(downloads, hash.Id + ".part"), "something else", TestContext.Current.CancellationToken);
        await PullAsync(store);
        Assert.Equal(["bytes=14-", ""], bench.Registry.Downloads.Select(seen => seen.Range));
    }

    [Fact]
    public async Task A_busy_source_is_asked_again_and_a_refusing_one_is_not()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        bench.Registry.Statuses.Enqueue(503);
        bench.Registry.Statuses.Enqueue(403);
        var error = await Assert.ThrowsAsync<PackUnavailableException>(() => PullAsync(store));
        Assert.Contains("its source answers with status 403.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, bench.Registry.Downloads.Count);
    }

    [Fact]
    public async Task Tries_end()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        bench.Registry.Drops = 100;
        var error = await Assert.ThrowsAsync<PackUnavailableException>(() => PullAsync(store));
        Assert.Contains("the connection to its source ended early", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, bench.Registry.Downloads.Count);
    }

    static async Task PullAsync(PackStore store) =>
        await store.EnsureAsync(["demo"], _ => { }, TestContext.Current.CancellationToken);
}
