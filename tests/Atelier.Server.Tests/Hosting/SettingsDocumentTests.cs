using System.Text.RegularExpressions;
using Atelier.Server.Hosting;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Hosting;

/// <summary>docs/configuration.md lists every setting with its default, and no other.</summary>
public sealed partial class SettingsDocumentTests
{
    [Fact]
    public async Task The_table_of_settings_is_the_program_s()
    {
        await using var server = await TestServer.StartAsync();
        var inForce = server.Services.GetRequiredService<Settings>().InForce;
        var table = Document("configuration.md").Split("\n## ").Single(section => section.StartsWith("Settings\n", StringComparison.Ordinal));
        var rows = Row().Matches(table).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Trim());

        Assert.Equal(inForce.Select(setting => setting.Key), rows.Keys.Order(StringComparer.Ordinal));

        // A setting without a default has a word in its place: none, or what decides.
        Assert.All(
            inForce.Where(setting => setting.Source is "default"),
            setting => Assert.Matches(setting.Value.Length == 0 ? "^[^`0-9]" : $"^`{Regex.Escape(setting.Value)}`", rows[setting.Key]));
    }

    [Fact]
    public async Task The_limits_name_settings_that_there_are()
    {
        await using var server = await TestServer.StartAsync();
        var keys = server.Services.GetRequiredService<Settings>().InForce.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        var named = Limit().Matches(Document("limits.md")).Select(row => row.Groups[1].Value).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, key => Assert.Contains(key, keys));
    }

    static string Document(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return File.ReadAllText(Path.Combine(folder, "docs", name));
    }

    // | `key` | default | …
    [GeneratedRegex(@"^\| `([a-z_.]+)` \| ([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    // | what | limit | `setting` | …
    [GeneratedRegex(@"^\| [^|]+ \| [^|]+ \| `([a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Limit();
}
