using System.Runtime.CompilerServices;

namespace Atelier.Tests.Architecture;

/// <summary>The checkout that the tests look at.</summary>
static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>Product sources, relative to the root, with their text.</summary>
    public static IEnumerable<(string Path, string Text)> Sources() =>
        Files("src", "*.cs").Select(path => (path, File.ReadAllText(Path.Combine(Root, path))));

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal));

    static string Here([CallerFilePath] string path = "") => path;
}
