using System.Net;
using System.Text.Json;

namespace Atelier.Server.Packs.Npm;

/// <summary>Finds the tarball of a package's version in the registry that npm would use.</summary>
/// <param name="askNpm">The last resort before the public registry: the npm program's own answer, asked once.</param>
sealed class NpmRegistry(
    PackHttp http, NpmConfig config, PackOptions options, Func<CancellationToken, Task<string?>> askNpm)
{
    const string Public = "https://registry.npmjs.org/";

    // What installers ask for: versions and their tarballs, without readmes.
    const string Abbreviated = "application/vnd.npm.install-v1+json";
    const int LargestAnswerBytes = 64 * 1024 * 1024;

    readonly Lock _gate = new();
    Task<string?>? _asked;

    /// <summary>Where the tarball is.</summary>
    /// <exception cref="PackRefusedException">
    /// There is none, or the registry offers other content than is pinned.
    /// </exception>
    /// <exception cref="PackTransferException">The registry does not answer.</exception>
    public async Task<Uri> TarballAsync(PackOrigin.Npm package, string integrity, CancellationToken cancellationToken)
    {
        var registry = NpmConfig.AsRegistry(options.Registry)
            ?? config.Registry(package.Name)
            ?? await FromNpmAsync(cancellationToken);

        // A scoped name is one path segment: its slash is escaped, its at-sign is not.
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(registry, package.Name.Replace("/", "%2f", StringComparison.Ordinal)));
        request.Headers.TryAddWithoutValidation("Accept", Abbreviated + ", application/json;q=0.8");
        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            throw new PackRefusedException($"the package registry has no {package.Name}");
        }

        PackHttp.DemandSuccess(answer, "the package registry");
        var body = await http.ReadAsync(answer, LargestAnswerBytes, cancellationToken);
        return Read(body, package, integrity, registry);
    }

    static Uri Read(byte[] body, PackOrigin.Npm package, string integrity, Uri registry)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.GetProperty("versions").TryGetProperty(package.Version, out var version))
            {
                throw new PackRefusedException($"the package registry has no {package.Name}@{package.Version}");
            }

            // Some mirrors leave the integrity out; the download is checked in any case.
            var dist = version.GetProperty("dist");
            if (dist.TryGetProperty("integrity", out var offered) && offered.GetString() is { } told
                && !told.Split(' ').Contains(integrity))
            {
                throw new PackRefusedException(
                    $"the package registry offers other content as {package.Name}@{package.Version} than is pinned");
            }

            return new Uri(registry, dist.GetProperty("tarball").GetString());
        }
        catch (JsonException error)
        {
            throw new PackRefusedException("the package registry's answer cannot be read", error);
        }
        catch (KeyNotFoundException error)
        {
            throw new PackRefusedException("the package registry's answer names no tarball", error);
        }
        catch (InvalidOperationException error)
        {
            throw new PackRefusedException("the package registry's answer has another form than npm's", error);
        }
    }

    async Task<Uri> FromNpmAsync(CancellationToken cancellationToken)
    {
        Task<string?> asked;
        lock (_gate)
        {
            // Shared by all callers, so it ends by its own time limit and not with the first one's interest.
            asked = _asked ??= askNpm(CancellationToken.None);
        }

        return NpmConfig.AsRegistry(await asked.WaitAsync(cancellationToken)) ?? new Uri(Public);
    }
}
