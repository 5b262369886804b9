using System.Text.Json;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Catalog;

/// <summary>One page of <c>GET /v1/models</c>.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Found">All that match, not only this page's.</param>
/// <param name="Since">When this server learned of its endpoints.</param>
/// <param name="QueueBaseUrl">For the OpenAPI documents.</param>
sealed record ModelPage(ModelQuery Query, IReadOnlyList<EndpointManifest> Found, DateTimeOffset Since, string QueueBaseUrl)
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
            page.WriteModel(json, found[index]);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor"u8, last < found.Count ? ModelQuery.Cursor(query.Page + 1) : null);
        json.WriteBoolean("has_more"u8, last < found.Count);
        json.WriteEndObject();
    }

    void WriteModel(Utf8JsonWriter json, EndpointManifest endpoint)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id"u8, endpoint.Id);
        json.WriteStartObject("metadata"u8);
        json.WriteString("display_name"u8, endpoint.Title);
        json.WriteString("category"u8, endpoint.Category);
        json.WriteString("description"u8, endpoint.Description);
        json.WriteString("status"u8, "active"u8);
        json.WriteStartArray("tags"u8);
        json.WriteEndArray();
        json.WriteString("updated_at"u8, Since.UtcDateTime);
        json.WriteNull("is_favorited"u8);
        json.WriteString("thumbnail_url"u8, ""u8);
        json.WriteString("model_url"u8, ModelPages.Playground(endpoint));
        json.WriteString("date"u8, Since.UtcDateTime);
        json.WriteBoolean("highlighted"u8, false);
        json.WriteString("kind"u8, "inference"u8);
        json.WriteBoolean("pinned"u8, false);
        WriteOurs(json, endpoint);
        json.WriteEndObject();
        if (Query.OpenApi)
        {
            json.WritePropertyName("openapi"u8);
            OpenApiDocument.Create(endpoint, QueueBaseUrl).WriteTo(json);
        }

        json.WriteEndObject();
    }

    // Beyond fal's: what really runs, and the model card for who asks for one model.
    void WriteOurs(Utf8JsonWriter json, EndpointManifest endpoint)
    {
        json.WriteString("fidelity"u8, endpoint.Fidelity);
        json.WriteString("model"u8, endpoint.Model);
        if (Query.Ids.Count > 0)
        {
            json.WriteString("card"u8, endpoint.Card);
        }
    }
}
