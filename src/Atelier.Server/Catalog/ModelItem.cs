using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Server.Wire;

namespace Atelier.Server.Catalog;

/// <summary>Writes models as items of <c>GET /v1/models</c>: fal's fields, and under <c>x-atelier</c> ours.</summary>
/// <remarks>What does not run here never changes, and is most of the list: it is written once and copied from then on.</remarks>
sealed class ModelItem(ModelList models, Availability availability, ModelSchemas schemas, TimeProvider time)
{
    readonly ConditionalWeakTable<CatalogModel, byte[]> _written = [];
    readonly DateTime _since = time.GetUtcNow().UtcDateTime;

    /// <param name="model">Which.</param>
    /// <param name="expand">What it is to have besides.</param>
    /// <param name="card">Adds the model card of what runs here.</param>
    /// <param name="queueBaseUrl">Where the caller reaches the queue, for addresses in the item.</param>
    public void Write(Utf8JsonWriter json, CatalogModel model, ModelExpansion expand, bool card, string queueBaseUrl)
    {
        if (expand is ModelExpansion.None && model.Local is null)
        {
            json.WriteRawValue(_written.GetValue(model, Render), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        WriteBasics(json, model, card, queueBaseUrl);
        if (expand.HasFlag(ModelExpansion.OpenApi))
        {
            json.WritePropertyName("openapi"u8);
            WriteOpenApi(json, model, queueBaseUrl);
        }

        if (expand.HasFlag(ModelExpansion.EnterpriseStatus))
        {
            json.WritePropertyName("enterprise_status"u8);
            WriteError(json, "not_available", "This server does not know fal's enterprise status.");
        }

        json.WriteEndObject();
    }

    byte[] Render(CatalogModel model)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WireJson.Relaxed))
        {
            json.WriteStartObject();
            WriteBasics(json, model, card: false, queueBaseUrl: "");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    void WriteBasics(Utf8JsonWriter json, CatalogModel model, bool card, string queueBaseUrl)
    {
        json.WriteString("endpoint_id"u8, model.Id);
        json.WriteStartObject("metadata"u8);
        json.WriteString("display_name"u8, model.Title);
        json.WriteString("category"u8, model.Category);
        json.WriteString("description"u8, model.Description);
        json.WriteString("status"u8, model.IsDeprecated ? "deprecated"u8 : "active"u8);
        WriteList(json, "tags", model.Tags);
        json.WriteString("updated_at"u8, model.Local is null ? models.Revision : _since);
        json.WriteNull("is_favorited"u8);
        json.WriteString("thumbnail_url"u8, ""u8);
        json.WriteString("model_url"u8, ModelPages.Playground(model));
        if (model.Tags.Contains("commercial"))
        {
            json.WriteString("license_type"u8, "commercial"u8);
        }

        json.WriteString("date"u8, Date(model));
        json.WriteBoolean("highlighted"u8, model.Tags.Contains("featured"));
        json.WriteString("kind"u8, model.Category is "training" ? "training"u8 : "inference"u8);
        WriteText(json, "stream_url", ModelPages.Stream(model, queueBaseUrl));
        json.WriteBoolean("pinned"u8, false);
        WriteWhatRuns(json, model, card);
        json.WriteEndObject();
        WriteOurs(json, model);
    }

    // Beyond fal's: what a call would meet here, what really runs, and the model card for who asks for one model.
    void WriteWhatRuns(Utf8JsonWriter json, CatalogModel model, bool card)
    {
        json.WriteString("availability"u8, availability.Of(model));
        if (model.Local is { } local)
        {
            json.WriteString("fidelity"u8, local.Fidelity);
            json.WriteString("model"u8, local.Model);
            if (card)
            {
                json.WriteString("card"u8, local.Card);
            }
        }
    }

    void WriteOurs(Utf8JsonWriter json, CatalogModel model)
    {
        json.WriteStartObject("x-atelier"u8);
        json.WriteBoolean("callable"u8, model.Local is not null);
        json.WriteString("schema"u8, schemas.KindOf(model));
        if (availability.Missing(model) is { Count: > 0 } missing)
        {
            WriteList(json, "missing_packs", missing);
        }

        if (model.Entry is { } entry)
        {
            if (entry.AlsoCategories.Count > 0)
            {
                WriteList(json, "also_categories", entry.AlsoCategories);
            }

            WriteText(json, "released", entry.Released);
            if (entry.Facts is { } facts)
            {
                json.WritePropertyName("facts"u8);
                facts.WriteTo(json);
            }

            WriteText(json, "note", entry.Note);
            if (entry.Pricing is { } price)
            {
                json.WritePropertyName("fal_price"u8);
                PriceList.Write(json, price);
            }
        }

        json.WriteEndObject();
    }

    void WriteOpenApi(Utf8JsonWriter json, CatalogModel model, string queueBaseUrl)
    {
        if (schemas.Find(model) is { } schema)
        {
            OpenApiDocument.Create(schema, queueBaseUrl).WriteTo(json);
        }
        else
        {
            WriteError(json, "schema_not_available", ModelSchemas.Unknown(model.Id));
        }
    }

    static void WriteError(Utf8JsonWriter json, string code, string message)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A month is told as its first day. Of a model whose release is not known, the day that we learned of it is told.
    DateTime Date(CatalogModel model) =>
        model.Entry?.Released is { } month && DateOnly.TryParseExact(month, "yyyy-MM", out var day)
            ? day.ToDateTime(default, DateTimeKind.Utc)
        : model.Local is null ? models.Revision
        : _since;

    static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
