using System.Text.Encodings.Web;
using System.Text.Json;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>One page of <c>GET /v1/models</c>.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Found">All that fit, not only this page's.</param>
/// <param name="Item">Writes the models.</param>
/// <param name="QueueBaseUrl">For the OpenAPI documents.</param>
sealed record ModelPage(ModelQuery Query, IReadOnlyList<CatalogModel> Found, ModelItem Item, string QueueBaseUrl)
{
    // Up to so many bytes are written before the caller must have taken some: a long page is never whole in memory.
    const int PartBytes = 16 * 1024;

    // A page of so many models, without documents, is short.
    const int ShortMax = 50;

    static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends the page; a long one as fast as the caller reads it.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var first = (int)Math.Min((long)(Query.Page - 1) * Query.Limit, Found.Count);
        var last = (int)Math.Min((long)first + Query.Limit, Found.Count);
        if (last - first <= ShortMax && !Query.Expand.HasFlag(ModelExpansion.OpenApi))
        {
            JsonAnswer.Send(context, 200, (Page: this, first, last), static (json, state) =>
            {
                Begin(json);
                for (var index = state.first; index < state.last; index++)
                {
                    state.Page.WriteModel(json, index);
                }

                state.Page.End(json, state.last);
            });
            return;
        }

        context.Response.ContentType = "application/json";
        var body = context.Response.BodyWriter;
        using var json = new Utf8JsonWriter(body, Relaxed);
        Begin(json);
        for (var index = first; index < last; index++)
        {
            WriteModel(json, index);
            if (json.BytesPending >= PartBytes)
            {
                await json.FlushAsync(context.RequestAborted);
                await body.FlushAsync(context.RequestAborted);
            }
        }

        End(json, last);
        await json.FlushAsync(context.RequestAborted);
        await body.FlushAsync(context.RequestAborted);
    }

    static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("models"u8);
    }

    void WriteModel(Utf8JsonWriter json, int index) =>
        Item.Write(json, Found[index], Query.Expand, card: Query.Ids.Count > 0, QueueBaseUrl);

    void End(Utf8JsonWriter json, int last)
    {
        json.WriteEndArray();
        json.WriteString("next_cursor"u8, last < Found.Count ? ModelQuery.Cursor(Query.Page + 1) : null);
        json.WriteBoolean("has_more"u8, last < Found.Count);
        json.WriteEndObject();
    }
}
