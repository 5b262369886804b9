using System.Net.Http.Headers;

namespace Atelier.Server.Packs.Npm;

/// <summary>
/// npm's own settings, as far as they say where packages come from and with what right: the environment, then the
/// project's, the user's and the machine's <c>.npmrc</c>.
/// </summary>
sealed class NpmConfig
{
    const string EnvironmentPrefix = "npm_config_";

    // Strongest first.
    readonly IReadOnlyList<IReadOnlyDictionary<string, string>> _layers;

    public NpmConfig(PackEnvironment environment)
    {
        var variables = FromVariables(environment);
        var user = variables.GetValueOrDefault("userconfig")
            ?? (environment.Get("HOME") is { } home ? Path.Combine(home, ".npmrc") : null);
        string?[] files =
        [
            Path.Combine(environment.WorkingFolder, ".npmrc"),
            user,
            variables.GetValueOrDefault("globalconfig"),
            variables.GetValueOrDefault("prefix") is { } prefix ? Path.Combine(prefix, "etc", "npmrc") : null,
            "/usr/local/etc/npmrc",
            "/usr/etc/npmrc",
            "/etc/npmrc",
        ];
        _layers = [variables, .. files.OfType<string>().Select(path => NpmRc.Read(path, environment.Get))];
    }

    /// <summary>The registry of a package: its scope's, else the general one; null when nothing names one.</summary>
    public Uri? Registry(string package)
    {
        var scope = package is ['@', ..] && package.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? Find($"{package[..slash]}:registry")
            : null;
        return AsRegistry(scope ?? Find("registry"));
    }

    /// <summary>
    /// What to send with a request to this address. A token belongs to a host and the path below it
    /// (<c>//host/path/:_authToken</c>); it goes nowhere else.
    /// </summary>
    public AuthenticationHeaderValue? Authorization(Uri address)
    {
        for (var path = address.AbsolutePath; path.Length > 0; path = path[..path.TrimEnd('/').LastIndexOf('/')] + "/")
        {
            var place = $"//{address.Authority}{(path[^1] is '/' ? path : path + "/")}";
            if ((Find($"{place}:_authToken") ?? Find($"{place[..^1]}:_authToken")) is { } token)
            {
                return new("Bearer", token);
            }

            if ((Find($"{place}:_auth") ?? Find($"{place[..^1]}:_auth")) is { } basic)
            {
                return new("Basic", basic);
            }

            if (path is "/")
            {
                break;
            }
        }

        return null;
    }

    /// <summary>
    /// A registry's address with the slash at its end that relative addresses need; null for anything else.
    /// </summary>
    public static Uri? AsRegistry(string? text) =>
        Uri.TryCreate(text?.TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? address
            : null;

    string? Find(string key) => _layers
        .Select(layer => layer.GetValueOrDefault(key))
        .FirstOrDefault(value => !string.IsNullOrEmpty(value));

    static Dictionary<string, string> FromVariables(PackEnvironment environment)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (var (name, value) in environment.Variables)
        {
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) || value is "")
            {
                continue;
            }

            // Keys that are addresses or scopes keep their form; plain ones are lower-case with hyphens.
            var key = name[EnvironmentPrefix.Length..];
            settings[key is ['/' or '@', ..] ? key : key.ToLowerInvariant().Replace('_', '-')] = value;
        }

        return settings;
    }
}
