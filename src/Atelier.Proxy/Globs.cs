using System.Text.RegularExpressions;

namespace Atelier.Proxy;

/// <summary>Patterns over whole texts: <c>*</c> is anything but a slash, <c>**</c> anything at all, <c>/**</c> at the end also nothing.</summary>
sealed class Globs(IEnumerable<string> patterns)
{
    // Not backtracking: texts come from callers, patterns from the app.
    readonly Regex[] _patterns = [.. patterns.Select(pattern => new Regex(
        Expression(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline))];

    public bool Match(string text) => _patterns.Any(pattern => pattern.IsMatch(text));

    static string Expression(string pattern)
    {
        var tail = pattern.EndsWith("/**", StringComparison.Ordinal);
        var text = Regex.Escape(tail ? pattern[..^3] : pattern)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return $@"\A{text}{(tail ? "(?:/.*)?" : "")}\z";
    }
}
