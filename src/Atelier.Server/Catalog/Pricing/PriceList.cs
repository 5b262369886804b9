using System.Text.Json;

namespace Atelier.Server.Catalog;

/// <summary>What a call costs, as far as it is known. What runs here costs nothing here; no price is ever guessed.</summary>
static class PriceList
{
    /// <summary>Of every amount in the catalogue that is added up.</summary>
    public const string Currency = "USD";

    /// <summary>What a unit is called where nothing else is known.</summary>
    const string Unit = "unit";

    /// <summary>The price of one unit; null when it is not known.</summary>
    public static ModelPrice? Of(CatalogModel model) =>
        model.Local is not null ? new(0m, model.Entry?.Pricing?.Unit ?? Unit, Currency, IsLocal: true)
        : model.Entry!.Pricing is { UnitPrice: { } amount, Unit: { } unit, Currency: { } currency }
            ? new(amount, unit, currency, IsLocal: false)
        : null;

    /// <summary>Writes what is known of fal's price.</summary>
    public static void Write(Utf8JsonWriter json, FalPrice price)
    {
        json.WriteStartObject();
        if (price.UnitPrice is { } amount)
        {
            json.WriteNumber("unit_price"u8, amount);
        }

        WriteText("unit", price.Unit);
        WriteText("currency", price.Currency);
        WriteText("tier", price.Tier);
        if (price.Rules is { } rules)
        {
            json.WriteStartArray("rules"u8);
            foreach (var rule in rules)
            {
                json.WriteStringValue(rule);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();

        void WriteText(string name, string? text)
        {
            if (text is not null)
            {
                json.WriteString(name, text);
            }
        }
    }
}

/// <summary>The price of one unit.</summary>
/// <param name="IsLocal">It is the price here; else fal's, as the catalogue knows it.</param>
readonly record struct ModelPrice(decimal UnitPrice, string Unit, string Currency, bool IsLocal);
