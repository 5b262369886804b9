using Atelier.Server.Hosting;

namespace Atelier.Server.Runners;

/// <summary>A program that hosts apps; verbs are added to its arguments.</summary>
sealed record RunnerProgram(string FileName, IReadOnlyList<string> Arguments)
{
    const string Library = "Atelier.Runner.dll";

    /// <summary>
    /// The runner program: as configured, else next to the server in a published folder, else where the build puts it.
    /// </summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static string Locate(string? configured)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            var path = Path.GetFullPath(configured);
            return File.Exists(path)
                ? path
                : throw new ConfigurationException($"The runner program {path} does not exist.");
        }

        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] places =
        [
            Path.Combine(here, "runner", Library),
            Path.Combine(here, Library),

            // artifacts/bin/Atelier.Server/debug -> artifacts/bin/Atelier.Runner/debug
            Path.GetFullPath(Path.Combine(here, "..", "..", "Atelier.Runner", Path.GetFileName(here), Library)),
        ];
        return Array.Find(places, File.Exists) ?? throw new ConfigurationException(
            $"{Library} was not found next to the server. Run `dotnet build` first, or set runners.program.");
    }

    /// <summary>How to start the program: a library by the .NET host, anything else by itself.</summary>
    public static RunnerProgram Of(string path) =>
        path.EndsWith(".dll", StringComparison.Ordinal) ? new(DotnetHost(), [path]) : new(path, []);

    // The host that runs us when there is one, so that the versions agree.
    static string DotnetHost()
    {
        if (Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet")
        {
            return own;
        }

        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
            : Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? Path.Combine(root, "dotnet")
            : "dotnet";
    }
}
