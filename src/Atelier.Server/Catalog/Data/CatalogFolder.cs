namespace Atelier.Server.Catalog;

/// <summary>The catalogue's files, as <c>catalog/README.md</c> describes them. Nothing is read before it is asked for.</summary>
/// <param name="root">Holds <c>models.json</c>, <c>families.json</c>, <c>guides.json</c> and <c>schemas/</c>.</param>
sealed class CatalogFolder(string root)
{
    /// <summary>The files that are shipped beside the program.</summary>
    public static CatalogFolder BesideProgram() => new(Path.Combine(AppContext.BaseDirectory, "catalog"));

    /// <summary>UTF-8 JSON of a file at the root: <c>models.json</c>.</summary>
    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(root, name));

    /// <summary>UTF-8 JSON of an endpoint's schemas. Only for an id that stands in the catalogue: it becomes a file name.</summary>
    public byte[] ReadSchema(string endpointId) =>
        Read(Path.Combine("schemas", endpointId.Replace("/", "__", StringComparison.Ordinal) + ".json"));
}
