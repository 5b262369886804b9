using System.Text.RegularExpressions;

namespace Atelier.Server.Packs.Npm;

/// <summary>Reads an <c>.npmrc</c>: <c>key = value</c> lines, <c>${VARIABLE}</c> filled in as npm does.</summary>
/// <remarks>https://docs.npmjs.com/cli/configuring-npm/npmrc.</remarks>
static partial class NpmRc
{
    /// <summary>The settings of a file's text, last one of a key winning.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text, Func<string, string?> variable)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line is "" or ['#', ..] or [';', ..] or ['[', ..])
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                settings[Fill(line[..equals].Trim(), variable)] = Fill(Unquote(line[(equals + 1)..].Trim()), variable);
            }
        }

        return settings;
    }

    /// <summary>The settings of a file; none when it is missing or may not be read.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path, Func<string, string?> variable)
    {
        try
        {
            return Parse(File.ReadAllText(path), variable);
        }
        catch (IOException)
        {
            return new Dictionary<string, string>();
        }
        catch (UnauthorizedAccessException)
        {
            return new Dictionary<string, string>();
        }
    }

    static string Unquote(string value) =>
        value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;

    // A variable that is not set stays as it is written; with a question mark it becomes nothing.
    static string Fill(string text, Func<string, string?> variable) => VariableForm().Replace(text, match =>
        variable(match.Groups[1].Value) ?? (match.Groups[2].Success ? "" : match.Value));

    [GeneratedRegex(@"\$\{([^${}?]+)(\?)?\}")]
    private static partial Regex VariableForm();
}
