using Atelier.Server.Packs;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class PackSharingTests
{
    static readonly byte[] Net = Tarball(("package/model.onnx", "weights"), ("package/small.onnx", "few"));
    static readonly PackFile Model = Wanted("model.onnx", "weights");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_of_one_process_share_a_pull()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        var gate = new TaskCompletionSource();
        bench.Registry.Gate = gate.Task;
        var calls = Enumerable.Range(0, 8).Select(_ => store.EnsureAsync(["demo"], _ => { }, Stop)).ToList();
        await bench.Registry.Asked.Task.WaitAsync(Stop);
        gate.SetResult();
        await Task.WhenAll(calls);
        Assert.Single(bench.Registry.Downloads);
    }

    [Fact]
    public async Task Two_processes_share_a_pull()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model);
        using var one = bench.Store(pack);
        using var other = bench.Store(pack);
        var gate = new TaskCompletionSource();
        bench.Registry.Gate = gate.Task;
        var first = one.EnsureAsync(["demo"], _ => { }, Stop);
        await bench.Registry.Asked.Task.WaitAsync(Stop);
        var second = other.EnsureAsync(["demo"], _ => { }, Stop);
        gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Single(bench.Registry.Downloads);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_end_the_pull_of_another()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        var gate = new TaskCompletionSource();
        bench.Registry.Gate = gate.Task;
        using var leaves = new CancellationTokenSource();
        var first = store.EnsureAsync(["demo"], _ => { }, leaves.Token);
        var second = store.EnsureAsync(["demo"], _ => { }, Stop);
        await bench.Registry.Asked.Task.WaitAsync(Stop);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        await second;
        Assert.Single(bench.Registry.Downloads);
    }

    [Fact]
    public async Task A_pull_that_nobody_waits_for_ends_and_can_be_begun_again()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        var gate = new TaskCompletionSource();
        bench.Registry.Gate = gate.Task;
        using var leaves = new CancellationTokenSource();
        var first = store.EnsureAsync(["demo"], _ => { }, leaves.Token);
        await bench.Registry.Asked.Task.WaitAsync(Stop);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        await store.EnsureAsync(["demo"], _ => { }, Stop);
    }

    [Fact]
    public async Task Two_packs_of_one_tarball_download_it_once()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model);
        var small = Pack("small", Net, Wanted("small.onnx", "few"));
        using var store = bench.Store(pack, small);
        await store.EnsureAsync(["demo", "small"], _ => { }, Stop);
        Assert.Single(bench.Registry.Downloads);
    }
}
