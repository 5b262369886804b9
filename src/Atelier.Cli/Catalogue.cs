using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Cli.Targets;

namespace Atelier.Cli;

/// <summary>Reads <c>/v1/models</c>, page after page.</summary>
static class Catalogue
{
    public static async IAsyncEnumerable<JsonElement> AllAsync(
        Target target, string? query, string? category, int maxPages,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var page = 0; page < maxPages; page++)
        {
            var models = await target.Client.Platform.ModelsAsync(query, category, cursor, cancellationToken);
            foreach (var model in models.Models)
            {
                yield return model;
            }

            cursor = models.NextCursor;
            if (!models.HasMore || cursor is null)
            {
                yield break;
            }
        }
    }

    public static string? Id(JsonElement model) => Text(model, "endpoint_id");

    /// <summary>A text of the model's metadata, wherever the catalogue keeps it.</summary>
    public static string? Metadata(JsonElement model, string name) =>
        model.TryGetProperty("metadata", out var metadata) ? Text(metadata, name) ?? Text(model, name)
        : Text(model, name);

    /// <summary>False for what a server knows and does not serve. Others, fal.ai too, list only what they serve.</summary>
    public static bool IsCallable(JsonElement model) =>
        !(model.TryGetProperty("x-atelier", out var ours) && ours.TryGetProperty("callable", out var callable)
            && callable.ValueKind is JsonValueKind.False);

    static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
