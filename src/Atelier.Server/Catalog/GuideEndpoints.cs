using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Catalog;

/// <summary>Which model for which need: <c>GET /v1/guides</c>, a route of our own, without a key.</summary>
sealed class GuideEndpoints(CatalogFolder folder, ModelList models, Availability availability)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/{FalHostNames.Api}/v1/guides", GuidesAsync).WithMetadata(new AllowKeyless());

    Task GuidesAsync(HttpContext context)
    {
        using var document = JsonDocument.Parse(folder.Read("guides.json"));
        JsonAnswer.Send(context, 200, document.RootElement, Write);
        return Task.CompletedTask;
    }

    void Write(Utf8JsonWriter json, JsonElement file)
    {
        json.WriteStartObject();
        json.WriteStartArray("guides"u8);
        foreach (var guide in file.GetProperty("guides").EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("name"u8, guide.GetProperty("name").GetString());
            json.WriteString("title"u8, guide.GetProperty("title").GetString());
            json.WriteStartArray("choices"u8);
            foreach (var choice in guide.GetProperty("choices").EnumerateArray())
            {
                WriteChoice(json, choice);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("practices"u8);
        file.GetProperty("practices").WriteTo(json);
        json.WriteEndObject();
    }

    // Advice is worth more to a reader who sees what of it runs here.
    void WriteChoice(Utf8JsonWriter json, JsonElement choice)
    {
        json.WriteStartObject();
        json.WriteString("need"u8, choice.GetProperty("need").GetString());
        json.WriteString("why"u8, choice.GetProperty("why").GetString());
        json.WriteStartArray("models"u8);
        foreach (var id in choice.GetProperty("models").EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("endpoint_id"u8, id.GetString());
            if (models.Find(id.GetString()!) is { } model)
            {
                json.WriteString("availability"u8, availability.Of(model));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
