using Atelier.Server.Calls;
using Atelier.Server.Packs;
using Atelier.Server.Tests.Packs.Support;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

/// <summary><c>models pull --from DIR</c>: the same checks, no network.</summary>
public sealed class PackCarriedFolderTests
{
    static readonly byte[] Net = Tarball(("package/net/model.onnx", "weights"));
    static readonly PackManifest Demo = Pack("demo", Net, Wanted("net/model.onnx", "weights", "nets/model.onnx"));

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("demo-1.0.0.tgz")]
    [InlineData("demo@1/nets/model.onnx")]
    [InlineData("nets/model.onnx")]
    [InlineData("model.onnx")]
    public async Task A_tarball_or_its_files_make_the_pack_without_the_network(string name)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Demo);
        await CarryAsync(bench, name, name.EndsWith(".tgz", StringComparison.Ordinal) ? Net : "weights"u8.ToArray());
        var folder = (await store.PullAsync(["demo"], bench.Root, _ => { }, Stop))["demo"];

        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "nets/model.onnx"), Stop));
        Assert.Empty(bench.Registry.Requests);
    }

    [Theory]
    [InlineData("demo-1.0.0.tgz", "demo-1.0.0.tgz is not the one that the manifest names")]
    [InlineData("model.onnx", "its file nets/model.onnx is not the one that the manifest names")]
    [InlineData("other", "the folder holds neither its download nor its file nets/model.onnx")]
    public async Task A_wrong_or_missing_file_is_refused(string name, string reason)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Demo);
        await CarryAsync(bench, name, "wEights"u8.ToArray());
        var error = await Assert.ThrowsAsync<PackUnavailableException>(
            () => store.PullAsync(["demo"], bench.Root, _ => { }, Stop));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(store.IsInstalled(Demo));
    }

    static async Task CarryAsync(Workbench bench, string name, byte[] content)
    {
        var path = Path.Combine(bench.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, Stop);
    }
}
