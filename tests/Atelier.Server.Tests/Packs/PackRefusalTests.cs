using System.Formats.Tar;
using Atelier.Server.Calls;
using Atelier.Server.Packs;
using Atelier.Server.Tests.Packs.Support;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

/// <summary>What must never become a pack.</summary>
public sealed class PackRefusalTests
{
    static readonly PackFile Model = Wanted("model.onnx", "weights");

    public static TheoryData<string, TarEntryType, string> BadEntries => new()
    {
        { "package/link", TarEntryType.SymbolicLink, "its archive holds a link or a device" },
        { "package/link", TarEntryType.HardLink, "its archive holds a link or a device" },
        { "package/pipe", TarEntryType.Fifo, "its archive holds a link or a device" },
        { "package/../../escape", TarEntryType.RegularFile, "its archive holds a name that leads out of it" },
        { "/etc/passwd", TarEntryType.RegularFile, "its archive holds a name that leads out of it" },
        { "package\\..\\escape", TarEntryType.RegularFile, "its archive holds a name that leads out of it" },
        { "package/model.onnx", TarEntryType.RegularFile, "its archive holds model.onnx twice" },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public async Task An_archive_with_a_bad_entry_is_refused_whole(string name, TarEntryType type, string reason)
    {
        await using var bench = await StartAsync();
        var bad = new PaxTarEntry(type, name);
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            bad.LinkName = "/etc/passwd";
        }
        else if (type is TarEntryType.RegularFile)
        {
            bad.DataStream = new MemoryStream("weights"u8.ToArray());
        }

        await RefusesAsync(bench, bench.Publish(Tarball([Entry("package/model.onnx", "weights"), bad]), Model), reason);
    }

    [Theory]
    [InlineData("weightsandmore", "its file model.onnx has another size than the manifest says")]
    [InlineData("weight", "its file model.onnx has another size than the manifest says")]
    [InlineData("wEights", "its file model.onnx is not the one that the manifest names")]
    public async Task A_file_of_another_size_or_hash_is_refused(string content, string reason)
    {
        await using var bench = await StartAsync();
        await RefusesAsync(bench, bench.Publish(Tarball(("package/model.onnx", content)), Model), reason);
    }

    [Fact]
    public async Task An_archive_without_a_wanted_file_is_refused()
    {
        await using var bench = await StartAsync();
        await RefusesAsync(
            bench, bench.Publish(Tarball(("package/other", "weights")), Model), "its archive holds no model.onnx");
    }

    [Fact]
    public async Task A_download_with_another_hash_is_refused_before_its_first_entry_is_read()
    {
        await using var bench = await StartAsync();
        var right = Tarball(("package/model.onnx", "weights"));
        var pack = bench.Publish(right, Model);

        // The wanted file is right, and the size too: only the archive's own hash tells them apart.
        var wrong = Tarball(("packagf/model.onnx", "weights"));
        Assert.Equal(right.Length, wrong.Length);
        bench.Registry.Files["/-/demo-1.0.0.tgz"] = wrong;
        await RefusesAsync(bench, pack, "the download demo-1.0.0.tgz is not the one that the manifest names");
    }

    [Fact]
    public async Task A_download_that_never_ends_is_cut_at_its_size()
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Tarball(("package/model.onnx", "weights")), Model);
        bench.Registry.Files["/-/demo-1.0.0.tgz"] = [.. bench.Registry.Files["/-/demo-1.0.0.tgz"], 0];
        await RefusesAsync(bench, pack, "the download demo-1.0.0.tgz is larger than the manifest says");
    }

    [Fact]
    public async Task A_registry_that_offers_other_content_is_refused_before_the_download()
    {
        await using var bench = await StartAsync();
        var tarball = Tarball(("package/model.onnx", "weights"));
        var pack = bench.Publish(tarball, Model);
        bench.Registry.Publish(Package, "1.0.0", tarball, Integrity([1]));
        await RefusesAsync(
            bench, pack, "the package registry offers other content as demo@1.0.0 than is pinned");
        Assert.Empty(bench.Registry.Downloads);
    }

    [Fact]
    public async Task A_truncated_archive_is_refused()
    {
        await using var bench = await StartAsync();
        var whole = Tarball(("package/model.onnx", "weights"), ("package/more", new string('x', 4096)));
        var pack = bench.Publish(whole[..(whole.Length / 2)], Model);
        using var store = bench.Store(pack);
        await Assert.ThrowsAsync<PackUnavailableException>(() => PullAsync(store));
        Assert.False(Directory.Exists(Path.Combine(bench.Cache, "demo@1")));
    }

    [Theory]
    [InlineData("package", "the package registry has no demo")]
    [InlineData("version", "the package registry has no demo@1.0.0")]
    [InlineData("garbage", "the package registry's answer cannot be read")]
    public async Task A_registry_without_an_answer_is_said_plainly(string what, string reason)
    {
        await using var bench = await StartAsync();
        var pack = bench.Publish(Tarball(("package/model.onnx", "weights")), Model);
        bench.Registry.Documents["/demo"] = what is "version" ? """{"versions":{}}""" : "<html>";
        if (what is "package")
        {
            bench.Registry.Documents.Clear();
        }

        await RefusesAsync(bench, pack, reason);
    }

    [Fact]
    public async Task A_full_disk_is_said_plainly()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Only Linux has a file that is always full.");
        await using var bench = await StartAsync();
        var tarball = Tarball(("package/model.onnx", "weights"));
        var pack = bench.Publish(tarball, Model);
        Assert.True(PackHash.TryParse(Integrity(tarball), out var hash));
        var downloads = Directory.CreateDirectory(Path.Combine(bench.Cache, "downloads")).FullName;
        File.CreateSymbolicLink(Path.Combine(downloads, hash.Id + ".tag"), "/dev/full");
        await RefusesAsync(bench, pack, "there is no space left on the disk");
    }

    static async Task RefusesAsync(Workbench bench, PackManifest pack, string reason)
    {
        using var store = bench.Store(pack);
        var error = await Assert.ThrowsAsync<PackUnavailableException>(() => PullAsync(store));
        var size = PackSize.Text(pack.Variants["any"].DownloadBytes);
        Assert.Equal(
            $"The pack demo ({size}) could not be pulled: {reason}. To try again: atelier models pull demo",
            error.Message);
        Assert.False(Directory.Exists(Path.Combine(bench.Cache, "demo@1")));
        Assert.False(File.Exists(Path.Combine(bench.Root, "escape")));
    }

    static async Task PullAsync(PackStore store) =>
        await store.EnsureAsync(["demo"], _ => { }, TestContext.Current.CancellationToken);
}
