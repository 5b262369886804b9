using System.Text.Json;

namespace Atelier.Client;

/// <summary>One page of the catalogue.</summary>
/// <param name="Models">Objects with <c>endpoint_id</c> and <c>metadata</c>.</param>
/// <param name="NextCursor">Where the next page begins.</param>
/// <param name="HasMore">Whether there is one.</param>
public sealed record ModelPage(IReadOnlyList<JsonElement> Models, string? NextCursor, bool HasMore);
