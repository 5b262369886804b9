using System.Text.RegularExpressions;

namespace Atelier.Tests.Architecture;

/// <summary>
/// A slice of the server stands on the shared floor and never on another slice: they meet in ServerProgram.cs.
/// </summary>
public sealed partial class SliceTests
{
    static readonly string[] Floor = ["Hosting", "Wire", "Calls", "Outbound"];

    [Fact]
    public void Slices_do_not_use_one_another()
    {
        List<string> wrong = [];
        foreach (var (path, text) in Repository.Sources().Where(source => source.Path.StartsWith("src/Atelier.Server/", StringComparison.Ordinal)))
        {
            var folders = path.Split('/');
            if (folders.Length < 4)
            {
                continue;
            }

            var slice = folders[2];
            wrong.AddRange(Used().Matches(text).Select(match => match.Groups[1].Value)
                .Where(used => used != slice && !Floor.Contains(used)).Select(used => $"{path} uses {used}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_floor_stands_on_itself_alone()
    {
        var wrong = Repository.Sources()
            .Where(source => Floor.Any(floor => source.Path.StartsWith($"src/Atelier.Server/{floor}/", StringComparison.Ordinal)))
            .SelectMany(source => Used().Matches(source.Text).Where(match => !Floor.Contains(match.Groups[1].Value)).Select(match => $"{source.Path}: {match.Value}"));

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"(?:using|\W)Atelier\.Server\.(\w+)\b")]
    private static partial Regex Used();
}
