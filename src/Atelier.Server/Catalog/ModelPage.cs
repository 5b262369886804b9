using System.Text.Json;

namespace Atelier.Server.Catalog;

/// <summary>One page of <c>GET /v1/models</c>.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Found">All that fit, not only this page's.</param>
/// <param name="Item">Writes the models.</param>
/// <param name="QueueBaseUrl">For the OpenAPI documents.</param>
sealed record ModelPage(ModelQuery Query, IReadOnlyList<CatalogModel> Found, ModelItem Item, string QueueBaseUrl)
{
    public static void Write(Utf8JsonWriter json, ModelPage page)
    {
        var (query, found) = (page.Query, page.Found);
        var first = Math.Min((long)(query.Page - 1) * query.Limit, found.Count);
        var last = Math.Min(first + query.Limit, found.Count);
        json.WriteStartObject();
        json.WriteStartArray("models"u8);
        for (var index = (int)first; index < last; index++)
        {
            page.Item.Write(json, found[index], query.Expand, card: query.Ids.Count > 0, page.QueueBaseUrl);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor"u8, last < found.Count ? ModelQuery.Cursor(query.Page + 1) : null);
        json.WriteBoolean("has_more"u8, last < found.Count);
        json.WriteEndObject();
    }
}
