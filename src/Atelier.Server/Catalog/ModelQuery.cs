using System.Globalization;
using System.Text;

namespace Atelier.Server.Catalog;

/// <summary>The query of <c>GET /v1/models</c>.</summary>
/// <param name="Ids">Exactly these endpoints; empty for all.</param>
/// <param name="Words">Each must occur in the id, name, category or description.</param>
/// <param name="Category">Or null for all.</param>
/// <param name="Deprecated">Asks for deprecated endpoints, of which there are none.</param>
/// <param name="OpenApi">Adds each endpoint's document.</param>
/// <param name="Page">From 1.</param>
sealed record ModelQuery(
    IReadOnlyList<string> Ids, IReadOnlyList<string> Words, string? Category, bool Deprecated, bool OpenApi, int Limit, int Page)
{
    const int LimitDefault = 50;
    const int LimitMax = 1000;
    const int IdsMax = 50;

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

        var ids = List(query, "endpoint_id");
        if (ids.Count > IdsMax)
        {
            return (null, $"endpoint_id takes at most {IdsMax} values");
        }

        var status = query["status"].ToString();
        if (status is not ("" or "active" or "deprecated"))
        {
            return (null, "status must be 'active' or 'deprecated'");
        }

        var expand = List(query, "expand");
        if (expand.FirstOrDefault(name => name is not ("openapi-3.0" or "enterprise_status")) is { } unknown)
        {
            return (null, $"expand must be 'openapi-3.0' or 'enterprise_status', not '{unknown}'");
        }

        var words = query["q"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var category = query["category"].ToString();
        return (new(
            ids, words, category is "" ? null : category, status is "deprecated", expand.Contains("openapi-3.0"), limit, page), null);
    }

    /// <summary>The cursor of a page: fal's is the page number in base64.</summary>
    public static string Cursor(int page) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(page.ToString(CultureInfo.InvariantCulture)));

    // Repeated names and commas, in any mixture.
    static List<string> List(IQueryCollection query, string name) =>
    [
        .. query[name].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
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
