using System.Collections;
using System.Runtime.InteropServices;

namespace Atelier.Server.Packs;

/// <summary>The only place where this slice looks at the machine around it: variables, folders, platform.</summary>
/// <param name="Variables">Environment variables.</param>
/// <param name="WorkingFolder">Where a project's <c>.npmrc</c> would be.</param>
/// <param name="Platform">The runtime identifier that picks a manifest's variant.</param>
sealed record PackEnvironment(IReadOnlyDictionary<string, string> Variables, string WorkingFolder, string Platform)
{
    public static PackEnvironment Current()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        return new(variables, Environment.CurrentDirectory, CurrentPlatform());
    }

    /// <summary>The value of a variable; null when it is not set or empty.</summary>
    public string? Get(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The cache's root.</summary>
    /// <exception cref="InvalidOperationException">Nothing says where it is.</exception>
    public string PackFolder(PackOptions options)
    {
        if ((options.Folder ?? Get("ATELIER_PACKS")) is { } folder)
        {
            return Path.GetFullPath(folder, WorkingFolder);
        }

        // The XDG specification: a relative path is to be ignored.
        var cache = Get("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg
            : Get("HOME") is { } home ? Path.Combine(home, ".cache")
            : throw new InvalidOperationException("There is no HOME; set ATELIER_PACKS to a folder for model packs.");
        return Path.Combine(cache, "atelier", "packs");
    }

    static string CurrentPlatform()
    {
        // Distributions build the runtime with identifiers of their own (debian.12-x64); manifests use portable ones.
        var system = OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsWindows() ? "win"
            : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
