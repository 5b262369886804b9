using System.Text.Json;

namespace Atelier.Server.Catalog;

/// <summary>What the catalogue knows of one of fal's endpoints, whether or not it runs here: a line of <c>models.json</c>.</summary>
/// <remarks>Generated readers set what the JSON leaves out to null, so lists keep their defaults against null.</remarks>
sealed record CatalogEntry
{
    public required string EndpointId { get; init; }

    public required string Title { get; init; }

    /// <summary>One of fal's categories.</summary>
    public required string Category { get; init; }

    /// <summary>Further categories that it is found under.</summary>
    public IReadOnlyList<string> AlsoCategories { get; init => field = value ?? []; } = [];

    public required string Description { get; init; }

    /// <summary>The month of its release, <c>2026-02</c>, or null when that is not known.</summary>
    public string? Released { get; init; }

    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>What is known of fal's price, or null.</summary>
    public FalPrice? Pricing { get; init; }

    /// <summary>Facts about inputs and outputs: clip length, sound, resolution.</summary>
    public JsonElement? Facts { get; init; }

    /// <summary><c>schemas/</c> has its input and output.</summary>
    public bool Schema { get; init; }

    /// <summary>The id ends in <c>*</c> and stands for a family of endpoints: nothing can be called by it.</summary>
    public bool Wildcard { get; init; }

    /// <summary>fal advises against it; hidden unless asked for.</summary>
    public bool Deprecated { get; init; }

    /// <summary>What a reader of the entry should know besides, or null.</summary>
    public string? Note { get; init; }
}
