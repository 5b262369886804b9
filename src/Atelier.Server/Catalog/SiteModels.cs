using System.Globalization;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Catalog;

/// <summary>
/// The older list that tools read from fal's site, without a key:
/// <c>GET https://fal.ai/api/models?page&amp;size&amp;categories&amp;keywords</c> (protocol §15).
/// It has deprecated models, and marks them: its readers leave them out themselves.
/// </summary>
sealed class SiteModels(ModelList models)
{
    const int SizeDefault = 50;
    const int SizeMax = 1000;
    const int KeywordsMaxChars = 200;

    static readonly WireError Refused = WireError.Detail(
        400, $"page begins at 1, size is at most {SizeMax}, keywords has at most {KeywordsMaxChars} characters");

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/{FalHostNames.Site}/api/models", ListAsync).WithMetadata(new AllowKeyless());

    Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var keywords = query["keywords"].ToString();
        if (!TryNumber(query["page"], 1, int.MaxValue, out var page)
            || !TryNumber(query["size"], SizeDefault, SizeMax, out var size)
            || keywords.Length > KeywordsMaxChars)
        {
            return Refused.ExecuteAsync(context);
        }

        var categories = query["categories"]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var words = keywords.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = models.All.Where(model => !model.IsDiagnostic && Fits(model, categories, words)).ToList();
        JsonAnswer.Send(
            context, 200, (found, page, size), static (json, answer) => Write(json, answer.found, answer.page, answer.size));
        return Task.CompletedTask;
    }

    static bool Fits(CatalogModel model, List<string> categories, string[] words) =>
        (categories.Count is 0 || categories.Exists(model.IsIn)) && (words.Length is 0 || ModelSearch.Score(model, words) > 0);

    static void Write(Utf8JsonWriter json, List<CatalogModel> found, int page, int size)
    {
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        foreach (var model in found.Skip((int)Math.Min((long)(page - 1) * size, found.Count)).Take(size))
        {
            WriteItem(json, model);
        }

        json.WriteEndArray();
        json.WriteNumber("pages"u8, (found.Count + size - 1) / size);
        json.WriteNumber("page"u8, page);
        json.WriteNumber("size"u8, size);
        json.WriteNumber("total"u8, found.Count);
        json.WriteEndObject();
    }

    static void WriteItem(Utf8JsonWriter json, CatalogModel model)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id);
        json.WriteString("modelId"u8, model.Id);
        json.WriteString("title"u8, model.Title);
        json.WriteString("category"u8, model.Category);
        json.WriteString("shortDescription"u8, model.Description);
        json.WriteStartArray("tags"u8);
        foreach (var tag in model.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteString("date"u8, model.Entry?.Released is { } month ? month + "-01T00:00:00Z" : null);
        json.WriteString("thumbnailUrl"u8, ""u8);
        json.WriteString("modelUrl"u8, ModelPages.Playground(model));
        json.WriteNull("modelLab"u8);
        json.WriteNull("modelFamily"u8);
        json.WriteString("pricingInfoOverride"u8, model.Local is not null ? "Free on this server." : null);
        json.WriteBoolean("deprecated"u8, model.IsDeprecated);
        json.WriteBoolean("removed"u8, false);
        json.WriteEndObject();
    }

    static bool TryNumber(string? text, int fallback, int max, out int number)
    {
        number = fallback;
        return string.IsNullOrEmpty(text) ||
            (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max);
    }
}
