using System.Globalization;
using System.Text;

namespace Atelier.Server.Catalog;

/// <summary>The query of <c>GET /v1/models</c>.</summary>
/// <param name="Ids">Exactly these endpoints; empty for all.</param>
/// <param name="Words">Each must occur in the id, name, tags, category or description.</param>
/// <param name="Category">Or null for all.</param>
/// <param name="Deprecated">Asks for deprecated endpoints, and for no others.</param>
/// <param name="Availability">Some of <see cref="Catalog.Availability.Words"/>; empty for all.</param>
/// <param name="Expand">What each item is to have besides.</param>
/// <param name="Page">From 1.</param>
sealed record ModelQuery(
    IReadOnlyList<string> Ids, IReadOnlyList<string> Words, string? Category, bool Deprecated, IReadOnlyList<string> Availability,
    ModelExpansion Expand, int Limit, int Page)
{
    /// <summary>Ids in one question at most.</summary>
    public const int IdsMax = 50;

    const int LimitDefault = 50;
    const int LimitMax = 1000;
    const int TextMaxChars = 200;

    // What people put around names: FLUX.1 [dev].
    static readonly char[] Brackets = ['[', ']', '(', ')', '"', '\'', ',', ';'];

    /// <summary>Reads the query; the refusal is a sentence for a 400.</summary>
    public static (ModelQuery? Query, string? Refused) Read(IQueryCollection query)
    {
        if (!TryLimit(query["limit"], out var limit))
        {
            return (null, $"limit must be a whole number from 1 to {LimitMax}");
        }

        if (!TryPage(query["cursor"], out var page))
        {
            return (null, "cursor must be a next_cursor of an earlier answer");
        }

        var ids = IdsOf(query);
        if (ids.Count > IdsMax)
        {
            return (null, $"endpoint_id takes at most {IdsMax} values");
        }

        var status = query["status"].ToString();
        if (status is not ("" or "active" or "deprecated"))
        {
            return (null, "status must be 'active' or 'deprecated'");
        }

        var text = query["q"].ToString();
        if (text.Length > TextMaxChars)
        {
            return (null, $"q takes at most {TextMaxChars} characters");
        }

        return Rest(query, ids, WordsOf(text), status is "deprecated", limit, page);
    }

    static (ModelQuery? Query, string? Refused) Rest(
        IQueryCollection query, List<string> ids, List<string> words, bool deprecated, int limit, int page)
    {
        var expand = ModelExpansion.None;
        foreach (var name in Values(query, "expand"))
        {
            switch (name)
            {
                case "openapi-3.0":
                    expand |= ModelExpansion.OpenApi;
                    break;
                case "enterprise_status":
                    expand |= ModelExpansion.EnterpriseStatus;
                    break;
                default:
                    return (null, $"expand must be 'openapi-3.0' or 'enterprise_status', not '{name}'");
            }
        }

        var availability = Values(query, "availability");
        var category = query["category"].ToString();
        var places = Catalog.Availability.Words;
        return availability.FirstOrDefault(word => !places.Contains(word)) is { } unknown
            ? (null, $"availability must be one of {string.Join(", ", places)}, not '{unknown}'")
            : (new(ids, words, category is "" ? null : category, deprecated, availability, expand, limit, page), null);
    }

    /// <summary>The ids that a query names, each once.</summary>
    public static List<string> IdsOf(IQueryCollection query) =>
        [.. Values(query, "endpoint_id").Select(id => id.Trim('/')).Distinct(StringComparer.Ordinal)];

    /// <summary>The cursor of a page: fal's is the page number in base64.</summary>
    public static string Cursor(int page) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(page.ToString(CultureInfo.InvariantCulture)));

    // Repeated names and commas, in any mixture.
    static List<string> Values(IQueryCollection query, string name) =>
    [
        .. query[name].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
    ];

    static List<string> WordsOf(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim(Brackets)).Where(word => word.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    static bool TryLimit(string? text, out int limit)
    {
        limit = LimitDefault;
        return string.IsNullOrEmpty(text) ||
            (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax);
    }

    static bool TryPage(string? text, out int page)
    {
        page = 1;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[16];
        return Convert.TryFromBase64String(text, bytes, out var length) &&
            int.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out page) && page >= 1;
    }
}
