using Atelier.Server.Wire;

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
    const int LimitDefault = 50;
    const int LimitMax = 1000;
    const int TextMaxChars = 200;
    const string OpenApi = "openapi-3.0";
    const string EnterpriseStatus = "enterprise_status";
    const string DeprecatedStatus = "deprecated";

    // What people put around names: FLUX.1 [dev].
    static readonly char[] Brackets = ['[', ']', '(', ')', '"', '\'', ',', ';'];

    /// <summary>Reads the query; whoever gave it asks it what is wrong.</summary>
    public static ModelQuery Read(PlatformQuery query)
    {
        var text = query.Text("q") ?? "";
        if (text.Length > TextMaxChars)
        {
            query.Refuse($"q takes at most {TextMaxChars} characters");
        }

        var expand = ModelExpansion.None;
        foreach (var name in query.Choices("expand", OpenApi, EnterpriseStatus))
        {
            expand |= name is OpenApi ? ModelExpansion.OpenApi : ModelExpansion.EnterpriseStatus;
        }

        return new(
            query.EndpointIds(), WordsOf(text), query.Text("category"), query.Choice("status", "active", DeprecatedStatus) is DeprecatedStatus,
            query.Choices("availability", [.. Catalog.Availability.Words]), expand,
            query.Limit(LimitDefault, LimitMax), query.Page());
    }

    static List<string> WordsOf(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim(Brackets)).Where(word => word.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase),
    ];
}
