using System.Text.RegularExpressions;

namespace Atelier.Tests.Architecture;

/// <summary>Documents point at what exists.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        List<string> dead = [];
        foreach (var path in Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(path)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
                    && !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)))
                {
                    dead.Add($"{Path.GetRelativePath(Repository.Root, path)} -> {target}");
                }
            }
        }

        Assert.Empty(dead);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
