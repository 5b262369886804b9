using System.Text.Json;
using Atelier.Protocol.Apps;
using Atelier.Server.Hosting;

namespace Atelier.Server.Runners;

/// <summary><c>apps.json</c>: what the runner program can host, written when it is built.</summary>
static class AppsFile
{
    /// <param name="diagnostics">False leaves out endpoints that are diagnostics, and apps that have no others.</param>
    /// <exception cref="ConfigurationException">The file is missing or no list of manifests.</exception>
    public static IReadOnlyList<AppManifest> Read(string path, bool diagnostics)
    {
        if (!File.Exists(path))
        {
            throw new ConfigurationException(
                $"The list of apps {path} does not exist. `dotnet build` writes it; or set runners.apps.");
        }

        try
        {
            var json = File.ReadAllBytes(path);
            var all = JsonSerializer.Deserialize(json, ManifestJson.Default.IReadOnlyListAppManifest) ?? [];
            return diagnostics ? all : [.. all.Select(WithoutDiagnostics).Where(app => app.Endpoints.Count > 0)];
        }
        catch (JsonException fault)
        {
            throw new ConfigurationException($"The list of apps {path} cannot be read: {fault.Message}");
        }
    }

    static AppManifest WithoutDiagnostics(AppManifest app) =>
        app with { Endpoints = [.. app.Endpoints.Where(endpoint => !endpoint.Diagnostic)] };
}
