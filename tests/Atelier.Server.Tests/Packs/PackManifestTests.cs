using Atelier.Server.Packs;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class PackManifestTests
{
    static readonly PackSource Good = new()
    {
        From = "npm:demo@1.0.0",
        Integrity = Integrity([1]),
        Bytes = 1,
        Files = [Wanted("a/b.onnx", "x", "b.onnx")],
    };

    public static TheoryData<string, string> Bad => new()
    {
        { "npm:demo@latest", "“npm:demo@latest” is no source" },
        { "npm:../demo@1.0.0", "“npm:../demo@1.0.0” is no source" },
        { "http://a.example/x.onnx", "“http://a.example/x.onnx” is no source" },
        { "file:///etc/passwd", "“file:///etc/passwd” is no source" },
        { "hf:owner/repo@main", "“hf:owner/repo@main” is no source" },
        { "https://a.example/x.onnx", "integrity and bytes belong to npm sources, and only to them" },
    };

    [Fact]
    public void The_built_in_packs_keep_the_rules_and_have_the_sizes_that_were_measured()
    {
        var packs = PackCatalog.BuiltIn().Packs;
        Assert.Equal(
            [
                "g2p-en", "kokoro", "libvips", "moonshine-base", "onnxruntime", "realesr-animevideov3-x4",
                "realesrgan-x4plus", "realesrgan-x4plus-anime", "u2netp",
            ],
            packs.Select(pack => pack.Name));
        Assert.Equal(["moonshine-base"], packs.Where(pack => pack.TestOnly).Select(pack => pack.Name));
        Assert.All(packs, pack => Assert.NotNull(pack.For("linux-x64")));
        Assert.Equal(25_135_496, PackCatalog.BuiltIn().Find("onnxruntime")!.For("linux-arm64")!.Outputs[0].Bytes);
    }

    [Fact]
    public void Every_English_voice_is_in_the_Kokoro_pack()
    {
        var files = PackCatalog.BuiltIn().Find("kokoro")!.For("linux-x64")!.Outputs.Select(file => file.As).ToList();
        Assert.Equal(20, files.Count(name => name.StartsWith("voices/a", StringComparison.Ordinal)));
        Assert.Equal(8, files.Count(name => name.StartsWith("voices/b", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_source_that_could_change_or_lead_elsewhere_is_refused(string from, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => new PackCatalog([Pack("demo", Good with { From = from })]));
        Assert.Equal($"The manifest of the pack demo cannot be used: {reason}.", error.Message);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("pack.json")]
    [InlineData("")]
    public void A_name_that_leaves_the_pack_is_refused(string name)
    {
        var source = Good with { Files = [Wanted("a", "x", name)] };
        Assert.Throws<InvalidDataException>(() => new PackCatalog([Pack("demo", source)]));
    }

    [Fact]
    public void Two_files_of_one_name_are_refused()
    {
        var source = Good with { Files = [Wanted("a", "x", "n"), Wanted("b", "y", "n")] };
        Assert.Throws<InvalidDataException>(() => new PackCatalog([Pack("demo", source)]));
    }

    [Theory]
    [InlineData("ATELIER_PACKS=/p", "/p")]
    [InlineData("XDG_CACHE_HOME=/c", "/c/atelier/packs")]
    [InlineData("XDG_CACHE_HOME=relative", "/home/u/.cache/atelier/packs")]
    [InlineData("A=b", "/home/u/.cache/atelier/packs")]
    public void The_cache_is_where_the_environment_says(string variable, string expected)
    {
        var parts = variable.Split('=');
        Dictionary<string, string> variables = new() { ["HOME"] = "/home/u", [parts[0]] = parts[1] };
        Assert.Equal(expected, new PackEnvironment(variables, "/w", "linux-x64").PackFolder(new()));
        Assert.Equal("/o", new PackEnvironment(variables, "/w", "linux-x64").PackFolder(new() { Folder = "/o" }));
    }
}
