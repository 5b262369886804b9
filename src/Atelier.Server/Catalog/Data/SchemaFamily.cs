using System.Text.Json.Nodes;

namespace Atelier.Server.Catalog;

/// <summary>The inputs that a family of models has in common: a sketch for those whose own schema is not known.</summary>
sealed record SchemaFamily
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required string Category { get; init; }

    /// <summary>One of these must be part of the id; empty for any.</summary>
    public IReadOnlyList<string> IdContains { get; init => field = value ?? []; } = [];

    /// <summary>One of these must be a tag; empty for any.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>None of these may be a tag.</summary>
    public IReadOnlyList<string> NotTags { get; init => field = value ?? []; } = [];

    /// <summary>JSON schema of the common input.</summary>
    public required JsonObject Input { get; init; }

    public bool Covers(CatalogEntry entry) =>
        entry.Category == Category && !entry.Wildcard &&
        (IdContains.Count is 0 || IdContains.Any(part => entry.EndpointId.Contains(part, StringComparison.Ordinal))) &&
        (Tags.Count is 0 || Tags.Any(entry.Tags.Contains)) &&
        !NotTags.Any(entry.Tags.Contains);
}
