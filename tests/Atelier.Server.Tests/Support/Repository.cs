using System.Runtime.CompilerServices;

namespace Atelier.Tests.Server.Support;

/// <summary>The checkout that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    static string Here([CallerFilePath] string path = "") => path;
}
