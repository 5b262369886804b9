using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Catalog;

/// <summary>One page of <c>GET /v1/models</c>.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Found">All that fit, not only this page's.</param>
/// <param name="Item">Writes the models.</param>
/// <param name="QueueBaseUrl">For the OpenAPI documents.</param>
sealed record ModelPage(ModelQuery Query, IReadOnlyList<CatalogModel> Found, ModelItem Item, string QueueBaseUrl)
{
    /// <summary>Sends the page; a long one as fast as the caller reads it.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var first = (int)Math.Min((long)(Query.Page - 1) * Query.Limit, Found.Count);
        var last = (int)Math.Min((long)first + Query.Limit, Found.Count);
        using var flow = new JsonFlow(context);
        flow.Json.WriteStartObject();
        flow.Json.WriteStartArray("models"u8);
        foreach (var model in Found.Take(first..last))
        {
            Item.Write(flow.Json, model, Query.Expand, card: Query.Ids.Count > 0, QueueBaseUrl);
            await flow.PassOnAsync();
        }

        flow.Json.WriteEndArray();
        flow.Json.WriteString("next_cursor"u8, last < Found.Count ? PlatformQuery.Cursor(Query.Page + 1) : null);
        flow.Json.WriteBoolean("has_more"u8, last < Found.Count);
        flow.Json.WriteEndObject();
        await flow.EndAsync();
    }
}
