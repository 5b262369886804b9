using System.Globalization;
using System.Text;

namespace Atelier.Engines.Speech;

/// <summary>Numbers in English words, as they are read aloud: no hyphens, no "and".</summary>
static class EnglishNumbers
{
    /// <summary>From here on a number is read digit by digit.</summary>
    public const long Limit = 1_000_000_000_000;

    static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    static readonly string[] Tens =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    static readonly (long Size, string Name)[] Groups =
        [(1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand")];

    static readonly Dictionary<string, string> IrregularOrdinals = new()
    {
        ["one"] = "first",
        ["two"] = "second",
        ["three"] = "third",
        ["five"] = "fifth",
        ["eight"] = "eighth",
        ["nine"] = "ninth",
        ["twelve"] = "twelfth",
    };

    /// <summary>Digits without signs or commas: <c>21</c> is "twenty one".</summary>
    public static string Cardinal(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Limit
            ? Cardinal(number)
            : Digits(digits);

    /// <summary>Digits one by one: <c>014</c> is "zero one four".</summary>
    public static string Digits(string digits) => string.Join(' ', digits.Select(digit => Small[digit - '0']));

    /// <summary><c>21</c> is "twenty first".</summary>
    public static string Ordinal(string digits)
    {
        var cardinal = Cardinal(digits);
        var lastWord = cardinal.LastIndexOf(' ') + 1;
        var last = cardinal[lastWord..];
        var ordinal = IrregularOrdinals.TryGetValue(last, out var irregular) ? irregular
            : last.EndsWith('y') ? last[..^1] + "ieth"
            : last + "th";
        return cardinal[..lastWord] + ordinal;
    }

    static string Cardinal(long number)
    {
        var words = new StringBuilder();
        foreach (var (size, name) in Groups)
        {
            if (number >= size)
            {
                Append(words, UnderThousand((int)(number / size)));
                Append(words, name);
                number %= size;
            }
        }

        if (number > 0 || words.Length == 0)
        {
            Append(words, UnderThousand((int)number));
        }

        return words.ToString();
    }

    static string UnderThousand(int number) => number switch
    {
        < 20 => Small[number],
        < 100 => number % 10 == 0 ? Tens[number / 10] : $"{Tens[number / 10]} {Small[number % 10]}",
        _ => number % 100 == 0
            ? $"{Small[number / 100]} hundred"
            : $"{Small[number / 100]} hundred {UnderThousand(number % 100)}",
    };

    static void Append(StringBuilder words, string word) => words.Append(words.Length > 0 ? " " : "").Append(word);
}
