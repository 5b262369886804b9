using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Packs;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class PackPullTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static readonly byte[] Net = Tarball(
        ("package/net/model.onnx", "weights"), ("package/readme.md", "unwanted"), ("package/LICENSE", "MIT"));

    static readonly PackFile Model = Wanted("net/model.onnx", "weights", "model.onnx");

    [Fact]
    public async Task A_pack_holds_the_wanted_files_and_a_receipt_and_nothing_else()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model, Wanted("LICENSE", "MIT"));
        using var store = bench.Store(pack);
        var folders = await store.EnsureAsync(["demo"], _ => { }, Stop);

        var folder = Assert.Single(folders).Value;
        Assert.Equal(Path.Combine(bench.Cache, "demo@1"), folder);
        Assert.Equal(["LICENSE", "model.onnx", "pack.json"], Names(folder));
        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Stop));
        Assert.True(store.IsInstalled(pack));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_download_once_the_pack_is_made()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        await store.EnsureAsync(["demo"], _ => { }, Stop);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(bench.Cache, "making")));
        Assert.All(
            Names(Path.Combine(bench.Cache, "downloads")),
            name => Assert.EndsWith(".lock", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pack_that_is_there_is_not_pulled_and_logs_nothing()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model);
        using var store = bench.Store(pack);
        await store.EnsureAsync(["demo"], _ => { }, Stop);
        List<LogLine> lines = [];
        await store.EnsureAsync(["demo"], lines.Add, Stop);

        Assert.Single(bench.Registry.Downloads);
        Assert.Empty(lines);
    }

    [Theory]
    [InlineData("pack.json", null)]
    [InlineData("pack.json", "{")]
    [InlineData("model.onnx", null)]
    [InlineData("model.onnx", "weight")]
    public async Task A_damaged_pack_is_pulled_again(string file, string? content)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        var folder = (await store.EnsureAsync(["demo"], _ => { }, Stop))["demo"];
        await HarmAsync(Path.Combine(folder, file), content);
        await store.EnsureAsync(["demo"], _ => { }, Stop);

        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Stop));
        Assert.Equal(["model.onnx", "pack.json"], Names(folder));
        Assert.Equal(2, bench.Registry.Downloads.Count);
    }

    [Fact]
    public async Task A_pull_on_request_finds_a_changed_byte_by_its_hash()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Model));
        var folder = (await store.EnsureAsync(["demo"], _ => { }, Stop))["demo"];
        await HarmAsync(Path.Combine(folder, "model.onnx"), "wEights");
        await store.PullAsync(["demo"], null, _ => { }, Stop);

        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Stop));
    }

    [Fact]
    public async Task The_first_folder_of_an_archive_may_have_any_name()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Tarball(("demo-1/net/model.onnx", "weights")), Model));
        await store.EnsureAsync(["demo"], _ => { }, Stop);
    }

    [Fact]
    public async Task A_repository_at_a_commit_gives_single_files()
    {
        await using var bench = await StartAsync();
        bench.Variables["HF_ENDPOINT"] = bench.Registry.Address.ToString();
        var commit = new string('a', 40);
        bench.Registry.Files[$"/owner/repo/resolve/{commit}/net/model.onnx"] = "weights"u8.ToArray();
        var pack = Pack("demo", new PackSource { From = $"hf:owner/repo@{commit}", Files = [Model] });
        using var store = bench.Store(pack);
        var folder = (await store.EnsureAsync(["demo"], _ => { }, Stop))["demo"];

        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Stop));
    }

    [Fact]
    public async Task Progress_in_a_requests_log_is_a_few_lines()
    {
        await using var bench = await StartAsync();
        var large = new string('x', 8 * 1024 * 1024);
        using var store = bench.Store(bench.Publish(Tarball(("package/large", large)), Wanted("large", large)));
        List<string> lines = [];
        await store.EnsureAsync(["demo"], line => lines.Add(line.Message), Stop);

        Assert.Equal("Downloading the pack demo (8.4 MB).", lines[0]);
        Assert.Equal("The pack demo is downloaded.", lines[^1]);
        Assert.InRange(lines.Count, 3, 10);
    }

    [Fact]
    public async Task An_unknown_pack_and_a_strange_platform_are_said_plainly()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Net, Model);
        var other = pack with { Variants = new Dictionary<string, PackVariant> { ["win-x64"] = pack.Variants["any"] } };
        using var store = bench.Store(other);
        var unknown = await Assert.ThrowsAsync<PackUnavailableException>(
            () => store.EnsureAsync(["nope"], _ => { }, Stop));
        var foreign = await Assert.ThrowsAsync<PackUnavailableException>(
            () => store.EnsureAsync(["demo"], _ => { }, Stop));

        Assert.Equal("There is no pack named nope.", unknown.Message);
        Assert.Equal("The pack demo has no files for this platform (linux-x64).", foreign.Message);
    }

    static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder)
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);

    static async Task HarmAsync(string path, string? content)
    {
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            await File.WriteAllTextAsync(path, content, Stop);
        }
    }
}
