using System.Text.RegularExpressions;

namespace Atelier.Engines.Speech;

/// <summary>Writes out what is read differently than it is spelt: numbers, money, signs and abbreviations.</summary>
static partial class EnglishText
{
    static readonly Dictionary<string, string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mr."] = "mister",
        ["mrs."] = "missus",
        ["ms."] = "miz",
        ["dr."] = "doctor",
        ["prof."] = "professor",
        ["e.g."] = "for example",
        ["i.e."] = "that is",
        ["etc."] = "et cetera",
        ["vs."] = "versus",
    };

    static readonly Dictionary<string, (string One, string Many, string Cents)> Currencies = new()
    {
        ["$"] = ("dollar", "dollars", "cents"),
        ["£"] = ("pound", "pounds", "pence"),
        ["€"] = ("euro", "euros", "cents"),
    };

    /// <summary>The text in words and punctuation only.</summary>
    public static string Spoken(string text)
    {
        text = text.Replace('’', '\'').Replace('‘', '\'');
        text = Abbreviation().Replace(text, match => Abbreviations[match.Value]);

        // "5th St." is a street, "St. Paul" a saint: a name follows the saint.
        text = NumberedStreet().Replace(text, "street");
        text = Saint().Replace(text, "saint");
        text = Street().Replace(text, "street");
        text = OpeningQuote().Replace(text, "“").Replace('"', '”');
        text = GroupedDigits().Replace(text, match => match.Value.Replace(",", "", StringComparison.Ordinal));
        text = Money().Replace(text, match => Amount(match));
        text = OrdinalNumber().Replace(text, match => EnglishNumbers.Ordinal(match.Groups[1].Value));
        text = ClockTime().Replace(text, "$1 $2");
        text = Number().Replace(text, match => Words(match));
        return Signs(text);
    }

    static string Amount(Match match)
    {
        var (one, many, cents) = Currencies[match.Groups["sign"].Value];
        var whole = match.Groups["whole"].Value;
        var part = match.Groups["part"].Value;
        var scale = match.Groups["scale"].Value;
        if (scale.Length > 0)
        {
            var point = part.Length > 0 ? $" point {EnglishNumbers.Digits(part)}" : "";
            return $"{EnglishNumbers.Cardinal(whole)}{point} {scale} {many}";
        }

        var words = $"{EnglishNumbers.Cardinal(whole)} {(whole == "1" ? one : many)}";
        return part.Length == 0 || part == "00" ? words : $"{words} and {EnglishNumbers.Cardinal(part)} {cents}";
    }

    static string Words(Match match)
    {
        var minus = match.Groups["minus"].Length > 0 ? "minus " : "";
        var whole = EnglishNumbers.Cardinal(match.Groups["whole"].Value);
        var part = match.Groups["part"].Value;
        var point = part.Length > 0 ? $" point {EnglishNumbers.Digits(part)}" : "";

        // A letter right after the digits (4K, 10am) is a word of its own.
        return $"{minus}{whole}{point}{(match.Groups["letter"].Success ? " " : "")}";
    }

    static string Signs(string text) => text
        .Replace("%", " percent", StringComparison.Ordinal)
        .Replace("&", " and ", StringComparison.Ordinal)
        .Replace("+", " plus ", StringComparison.Ordinal)
        .Replace("=", " equals ", StringComparison.Ordinal)
        .Replace("@", " at ", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(?:mr|mrs|ms|dr|prof|etc|vs|e\.g|i\.e)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Abbreviation();

    [GeneratedRegex(@"(?<=\d(?:st|nd|rd|th)\s+)St\.")]
    private static partial Regex NumberedStreet();

    [GeneratedRegex(@"\bSt\.(?=\s+\p{Lu})")]
    private static partial Regex Saint();

    [GeneratedRegex(@"\bSt\.")]
    private static partial Regex Street();

    [GeneratedRegex(@"(?<=^|[\s(\[—])""")]
    private static partial Regex OpeningQuote();

    [GeneratedRegex(@"\d{1,3}(?:,\d{3})+(?!\d)")]
    private static partial Regex GroupedDigits();

    [GeneratedRegex(@"(?<sign>[$£€])(?<whole>\d+)(?:\.(?<part>\d{1,2})(?!\d))?"
        + @"(?:\s+(?<scale>thousand|million|billion|trillion)\b)?")]
    private static partial Regex Money();

    [GeneratedRegex(@"(?<![\d.])(\d+)(?:st|nd|rd|th)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OrdinalNumber();

    [GeneratedRegex(@"\b(\d{1,2}):(\d{2})\b")]
    private static partial Regex ClockTime();

    [GeneratedRegex(@"(?<minus>(?<![\p{L}\d])[-−])?(?<whole>\d+)(?:\.(?<part>\d+))?(?<letter>(?=\p{L}))?")]
    private static partial Regex Number();
}
