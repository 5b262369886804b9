using System.Text.RegularExpressions;

namespace Atelier.Tests.Architecture;

/// <summary>The arrows between projects, as docs/architecture/00-overview.md draws them.</summary>
public sealed partial class ReferenceTests
{
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Atelier.Protocol"] = [],
        ["Atelier.Client"] = ["Atelier.Protocol"],
        ["Atelier.Queue"] = [],
        ["Atelier.Apps"] = ["Atelier.Protocol"],
        ["Atelier.Proxy"] = ["Atelier.Protocol"],
        ["Atelier.Engines"] = [],
        ["Atelier.Models"] = ["Atelier.Apps", "Atelier.Engines"],
        ["Atelier.Runner"] = ["Atelier.Apps", "Atelier.Models"],
        ["Atelier.Server"] = ["Atelier.Protocol", "Atelier.Queue"],
        ["Atelier.Cli"] = ["Atelier.Client"],
    };

    [Fact]
    public void Projects_refer_to_each_other_as_drawn()
    {
        var found = Repository.Files("src", "*.csproj").ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => Reference().Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
                .Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToArray());

        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, pair => Assert.Equal(Arrows[pair.Key], pair.Value));
    }

    [Fact]
    public void The_overview_draws_these_arrows()
    {
        var drawing = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture/00-overview.md"));
        foreach (var (from, targets) in Arrows)
        {
            foreach (var to in targets)
            {
                var arrow = $"{from["Atelier.".Length..]} --> {to["Atelier.".Length..]}";
                Assert.Contains(arrow, drawing, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("""<ProjectReference Include="[^"]*/(Atelier\.\w+)\.csproj" """)]
    private static partial Regex Reference();
}
