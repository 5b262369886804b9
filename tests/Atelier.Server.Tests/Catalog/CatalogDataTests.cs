using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.Schemas;
using Atelier.Server.Catalog;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

/// <summary>The catalogue that is shipped is whole, and its parts fit together.</summary>
public sealed class CatalogDataTests
{
    static readonly CatalogFolder Shipped = CatalogFolder.BesideProgram();
    static readonly CatalogModels File = JsonSerializer.Deserialize(Shipped.Read("models.json"), CatalogJson.Default.CatalogModels)!;

    public static TheoryData<string> WithSchema => [.. File.Models.Where(entry => entry.Schema).Select(entry => entry.EndpointId)];

    [Fact]
    public void It_has_363_models_under_ids_of_their_own()
    {
        Assert.Equal(363, File.Models.Count);
        Assert.Equal(363, File.Models.Select(entry => entry.EndpointId).Distinct().Count());
        Assert.All(File.Models, entry => Assert.True(
            entry.Wildcard || Atelier.Protocol.EndpointId.TryParse(entry.EndpointId, out _), entry.EndpointId));
        Assert.All(File.Models, entry => Assert.NotEmpty(entry.Description));
    }

    [Fact]
    public void The_newest_come_first_and_those_of_unknown_age_last()
    {
        var months = File.Models.Select(entry => entry.Released ?? "").ToList();

        Assert.Equal(months.OrderDescending(StringComparer.Ordinal), months);
    }

    [Fact]
    public void Wildcards_are_marked_and_nothing_else_is()
    {
        Assert.Equal(
            ["fal-ai/minimax/hailuo-2.3/*", "fal-ai/sora-2/*", "fal-ai/vidu/q2/*"],
            File.Models.Where(entry => entry.Wildcard).Select(entry => entry.EndpointId).Order(StringComparer.Ordinal));
        Assert.All(File.Models, entry => Assert.Equal(entry.Wildcard, entry.EndpointId.Contains('*', StringComparison.Ordinal)));
    }

    [Fact]
    public void Counts_are_those_that_the_read_me_tells()
    {
        var readMe = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "catalog", "README.md"));
        Assert.Contains(
            $"{File.Models.Count} endpoints, {File.Models.Count(entry => entry.Wildcard)} of them wildcards, {File.Models.Count(entry => entry.Deprecated)} deprecated; "
            + $"{File.Models.Count(entry => entry.Released is not null)} with a release month, {File.Models.Count(entry => entry.Schema)} with schemas, "
            + $"{File.Models.Count(entry => entry.Pricing is not null)} with a fact about fal's price, {File.Models.Count(entry => entry.Pricing?.UnitPrice is not null)} of them an amount.",
            readMe.ReplaceLineEndings(" "), StringComparison.Ordinal);
        foreach (var category in File.Models.GroupBy(entry => entry.Category))
        {
            Assert.Contains($"| {category.Key} | {category.Count()} |", readMe, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_schema_file_belongs_to_a_model() => Assert.Equal(
        WithSchema.Select(row => row.Data.Replace("/", "__", StringComparison.Ordinal) + ".json").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "catalog", "schemas")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(WithSchema))]
    public void A_schema_compiles_and_takes_its_own_example(string id)
    {
        var file = JsonNode.Parse(Shipped.ReadSchema(id))!.AsObject();
        Assert.Equal(id, (string?)file["endpoint_id"]);
        var output = file["output"] is null ? null : InputValidator.Compile(WithTypes(file, "output"));

        using var example = JsonDocument.Parse(file["example_input"]!.ToJsonString());
        Assert.Empty(InputValidator.Validate(WithTypes(file, "input"), example.RootElement));
        Assert.Equal(
            file["input"]!["properties"]!.AsObject().Select(property => property.Key),
            file["input"]!["x-fal-order-properties"]!.AsArray().Select(name => (string)name!));
        Assert.True(output is not null || id is "fal-ai/hidream-i1-full");
    }

    [Fact]
    public void Every_family_sketches_somebody_and_compiles()
    {
        var families = JsonSerializer.Deserialize(Shipped.Read("families.json"), CatalogJson.Default.SchemaFamilies)!.Families;
        var schemas = new ModelSchemas(Shipped);

        Assert.Equal(10, families.Count);
        Assert.All(families, family => InputValidator.Compile(family.Input));
        Assert.All(families, family => Assert.Contains(
            File.Models, entry => schemas.Find(new(null, null, entry)) is { Family: { } title } && title == family.Title));
    }

    [Fact]
    public void Guides_recommend_only_models_that_there_are()
    {
        var guides = JsonNode.Parse(Shipped.Read("guides.json"))!;
        var ids = guides["guides"]!.AsArray().SelectMany(guide => guide!["choices"]!.AsArray())
            .SelectMany(choice => choice!["models"]!.AsArray()).Select(id => (string)id!).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(40, ids.Count);
        Assert.Subset(File.Models.Where(entry => !entry.Wildcard).Select(entry => entry.EndpointId).ToHashSet(StringComparer.Ordinal), ids);
        Assert.Equal(7, guides["practices"]!.AsArray().Count);
    }

    // References of both schemas lead to the types, which a document keeps beside them.
    static JsonObject WithTypes(JsonObject file, string name)
    {
        var schema = file[name]!.DeepClone().AsObject();
        schema["components"] = new JsonObject { ["schemas"] = file["types"]!.DeepClone() };
        return schema;
    }
}
