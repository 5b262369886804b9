using System.Text.Json;
using Atelier.Protocol.Schemas;

namespace Atelier.Server.Catalog;

/// <summary>The body of <c>POST /v1/models/pricing/estimate</c>.</summary>
/// <param name="ByHistory">Quantities are calls, each of as many units as calls had on average; else they are units.</param>
/// <param name="Quantities">By endpoint id.</param>
sealed record Estimate(bool ByHistory, IReadOnlyDictionary<string, decimal> Quantities)
{
    public const string Historical = "historical_api_price";
    public const string ByUnit = "unit_price";

    /// <summary>Endpoints in one question at most.</summary>
    const int EndpointsMax = 50;

    const decimal UnitsMin = 0.000001m;
    const decimal QuantityMax = 1_000_000_000_000m;

    /// <summary>Reads a body; the refusal is a sentence for a 400.</summary>
    public static (Estimate? Estimate, string? Refused) Read(ReadOnlyMemory<byte> body)
    {
        // The validator's reader, because it also finds strings that cannot be read.
        using var document = InputValidator.Parse(body, out _);
        return document is null ? (null, "the body is not valid JSON") : Read(document.RootElement);
    }

    static (Estimate? Estimate, string? Refused) Read(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return (null, "the body must be an object");
        }

        var type = root.TryGetProperty("estimate_type", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
        if (type is not (Historical or ByUnit))
        {
            return (null, $"estimate_type must be '{Historical}' or '{ByUnit}'");
        }

        if (!root.TryGetProperty("endpoints", out var endpoints) || endpoints.ValueKind is not JsonValueKind.Object
            || endpoints.GetPropertyCount() is < 1 or > EndpointsMax)
        {
            return (null, $"endpoints must be an object with 1 to {EndpointsMax} endpoint ids");
        }

        var field = type is Historical ? "call_quantity" : "unit_quantity";
        Dictionary<string, decimal> quantities = new(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.EnumerateObject())
        {
            if (!TryQuantity(endpoint.Value, field, out var quantity))
            {
                return (null, type is Historical
                    ? "call_quantity must be a whole number of at least 1"
                    : "unit_quantity must be a number of at least 0.000001");
            }

            quantities[endpoint.Name] = quantity;
        }

        return (new(type is Historical, quantities), null);
    }

    static bool TryQuantity(JsonElement endpoint, string field, out decimal quantity)
    {
        quantity = 0;
        return endpoint.ValueKind is JsonValueKind.Object && endpoint.TryGetProperty(field, out var value)
            && value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out quantity) && quantity <= QuantityMax
            && (field is "call_quantity" ? quantity >= 1 && decimal.IsInteger(quantity) : quantity >= UnitsMin);
    }
}
