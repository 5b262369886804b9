using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Server.Catalog;

/// <summary>What calls cost: <c>/v1/models/pricing</c>. What runs here is free here; fal's prices are told where they are known.</summary>
sealed class PricingEndpoints(ModelList models, UnitHistory history)
{
    const int EstimateBodyMaxBytes = 64 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/{FalHostNames.Api}/v1/models/pricing", PricesAsync);
        routes.MapPost($"/{FalHostNames.Api}/v1/models/pricing/estimate", EstimateAsync);
    }

    Task PricesAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var ids = query.RequiredEndpointIds();
        if (query.Refused is not null)
        {
            return query.Refusal.ExecuteAsync(context);
        }

        if (models.FirstUnknown(ids) is { } unknown)
        {
            return NotFound(context, $"Model \"{unknown}\" not found");
        }

        JsonAnswer.Send(context, 200, ids.Select(id => models.Find(id)!), WritePrices);
        return Task.CompletedTask;
    }

    // A model whose price nobody here knows is left out: a guess would be worse than nothing.
    static void WritePrices(Utf8JsonWriter json, IEnumerable<CatalogModel> asked)
    {
        json.WriteStartObject();
        json.WriteStartArray("prices"u8);
        foreach (var model in asked)
        {
            if (PriceList.Of(model) is { } price)
            {
                json.WriteStartObject();
                json.WriteString("endpoint_id"u8, model.Id);
                json.WriteNumber("unit_price"u8, price.UnitPrice);
                json.WriteString("unit"u8, price.Unit);
                json.WriteString("currency"u8, price.Currency);
                WriteOurs(json, model, price);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteNull("next_cursor"u8);
        json.WriteBoolean("has_more"u8, false);
        json.WriteEndObject();
    }

    static void WriteOurs(Utf8JsonWriter json, CatalogModel model, ModelPrice price)
    {
        json.WriteStartObject("x-atelier"u8);
        json.WriteString("price_of"u8, price.IsLocal ? "this server"u8 : "fal"u8);
        if (model.Entry?.Pricing is { } fals)
        {
            json.WritePropertyName("fal_price"u8);
            PriceList.Write(json, fals);
        }

        json.WriteEndObject();
    }

    async Task EstimateAsync(HttpContext context)
    {
        // A longer body ends in 413, whether or not a header tells its length.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = EstimateBodyMaxBytes;
        }

        var (estimate, refused) = Estimate.Read(await JsonInput.ReadAsync(context.Request, context.RequestAborted));
        if (estimate is null)
        {
            await Refuse(context, refused!);
            return;
        }

        var total = 0m;
        foreach (var (id, quantity) in estimate.Quantities)
        {
            var (cost, missing) = await CostAsync(id, quantity, estimate.ByHistory, context);
            if (cost is null)
            {
                await NotFound(context, missing!);
                return;
            }

            total += cost.Value;
        }

        // The division leaves out zeros at the end.
        JsonAnswer.Send(context, 200, (estimate.ByHistory, Total: total / 1.0000000000000000000000000000m), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("estimate_type"u8, answer.ByHistory ? Estimate.Historical : Estimate.ByUnit);
            json.WriteNumber("total_cost"u8, answer.Total);
            json.WriteString("currency"u8, PriceList.Currency);
            json.WriteEndObject();
        });
    }

    async Task<(decimal? Cost, string? Missing)> CostAsync(string id, decimal quantity, bool byHistory, HttpContext context)
    {
        if (models.Find(id) is not { } model)
        {
            return (null, $"Model \"{id}\" not found");
        }

        if (PriceList.Of(model) is not { } price)
        {
            return (null, $"The price of \"{id}\" is not known");
        }

        // What is free costs nothing, however many units a call has.
        if (!byHistory || price.UnitPrice is 0)
        {
            return (quantity * price.UnitPrice, null);
        }

        return await history.AverageAsync(Caller.Of(context).AccountId, id, context.RequestAborted) is { } units
            ? (quantity * units * price.UnitPrice, null)
            : (null, $"No call of \"{id}\" is in this server's history");
    }

    static Task Refuse(HttpContext context, string sentence) =>
        PlatformError.Create(400, "validation_error", sentence).ExecuteAsync(context);

    static Task NotFound(HttpContext context, string sentence) =>
        PlatformError.Create(404, "not_found", sentence).ExecuteAsync(context);
}
