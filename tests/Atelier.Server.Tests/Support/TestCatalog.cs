using System.Runtime.CompilerServices;
using Atelier.Server.Catalog;

namespace Atelier.Tests.Server.Support;

/// <summary>A small catalogue with one entry of each kind, beside the apps of <see cref="TestApps"/>.</summary>
static class TestCatalog
{
    public static CatalogFolder Folder() => new(Path.Combine(Here(), "..", "Catalog", "Fixture"));

    static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
