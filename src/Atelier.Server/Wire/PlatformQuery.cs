using System.Globalization;
using System.Text;
using Atelier.Queue;

namespace Atelier.Server.Wire;

/// <summary>
/// Reads the query of a Platform API call by fal's conventions (protocol §15). The first thing that is wrong is kept as
/// a sentence for a 400; what is read after it does not matter any more.
/// </summary>
public sealed class PlatformQuery(IQueryCollection query)
{
    /// <summary>Values of one parameter at most, repeated or with commas.</summary>
    public const int ValuesMax = 50;

    /// <summary>Characters of one value at most.</summary>
    public const int ValueMaxLength = 1024;

    const int CursorMaxLength = 128;

    /// <summary>What is wrong, or null.</summary>
    public string? Refused { get; private set; }

    /// <summary>The answer for what is wrong.</summary>
    public IResult Refusal => PlatformError.Create(400, "validation_error", Refused ?? "Invalid request parameters");

    public void Refuse(string sentence) => Refused ??= sentence;

    /// <summary>One value, or null when it is absent or empty.</summary>
    public string? Text(string name)
    {
        var text = query[name].ToString();
        if (text.Length > ValueMaxLength)
        {
            Refuse($"{name} takes at most {ValueMaxLength} characters");
        }

        return text.Length is 0 or > ValueMaxLength ? null : text;
    }

    /// <summary>All values: repeated names and commas, in any mixture.</summary>
    public IReadOnlyList<string> List(string name)
    {
        List<string> values = [.. query[name].SelectMany(value => (value ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (values.Count > ValuesMax || values.Exists(value => value.Length > ValueMaxLength))
        {
            Refuse($"{name} takes at most {ValuesMax} values of {ValueMaxLength} characters");
            return [];
        }

        return values;
    }

    /// <summary>The ids of <c>endpoint_id</c>, each once, without slashes around them.</summary>
    public IReadOnlyList<string> EndpointIds() =>
        [.. List("endpoint_id").Select(id => id.Trim('/')).Distinct(StringComparer.Ordinal)];

    /// <summary>The same, of which there must be one.</summary>
    public IReadOnlyList<string> RequiredEndpointIds()
    {
        var values = EndpointIds();
        if (values.Count == 0)
        {
            Refuse("endpoint_id is required");
        }

        return values;
    }

    /// <summary>All values, each one of those that are allowed.</summary>
    public IReadOnlyList<string> Choices(string name, params ReadOnlySpan<string> allowed)
    {
        var values = List(name);
        foreach (var value in values)
        {
            if (!allowed.Contains(value))
            {
                Refuse($"{name} must be one of {string.Join(", ", allowed)}");
            }
        }

        return values;
    }

    /// <summary>One value of those that are allowed, or null when it is absent.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        if (!allowed.Contains(value))
        {
            Refuse($"{name} must be one of {string.Join(", ", allowed)}");
        }

        return value;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string name, bool byDefault) => Choice(name, "true", "false", "True", "False") switch
    {
        null => byDefault,
        var value => value is "true" or "True",
    };

    /// <summary>How many entries a page has.</summary>
    public int Limit(int byDefault, int max)
    {
        if (Text("limit") is not { } text)
        {
            return byDefault;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1 || limit > max)
        {
            Refuse($"limit must be a whole number from 1 to {max}");
            return byDefault;
        }

        return limit;
    }

    /// <summary>The number of the page, from 1: fal's cursors are page numbers in base64.</summary>
    public int Page()
    {
        if (Number() is not { } number)
        {
            return 1;
        }

        if (number is < 1 or > int.MaxValue)
        {
            RefuseCursor();
            return 1;
        }

        return (int)number;
    }

    /// <summary>The number of a cursor that <see cref="Cursor(long)"/> made, or null for the first page.</summary>
    public long? Number()
    {
        if (CursorText() is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            RefuseCursor();
            return null;
        }

        return number;
    }

    /// <summary>The place that <see cref="Cursor(HistoryCursor)"/> named, or null for the first page.</summary>
    public HistoryCursor? Place()
    {
        if (CursorText() is not { } text)
        {
            return null;
        }

        if (text.Split('.') is [var first, var second]
            && long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return new(value, sequence);
        }

        RefuseCursor();
        return null;
    }

    /// <summary>The cursor of a page by its number, or by the number of the entry that it begins after.</summary>
    public static string Cursor(long number) => Encode(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The cursor of a page that begins after a place.</summary>
    public static string Cursor(HistoryCursor place) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{place.Value}.{place.Sequence}"));

    static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    string? CursorText()
    {
        if (Text("cursor") is not { } cursor)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[CursorMaxLength];
        if (cursor.Length <= CursorMaxLength && Convert.TryFromBase64String(cursor, bytes, out var length) && Ascii.IsValid(bytes[..length]))
        {
            return Encoding.ASCII.GetString(bytes[..length]);
        }

        RefuseCursor();
        return null;
    }

    void RefuseCursor() => Refuse("cursor must be a next_cursor of an earlier answer");
}
