using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.Runners;

/// <summary>A runner's environment: the contract's variables, and of ours only what a program needs to run.</summary>
/// <remarks>An allow-list, because the server's environment can hold its admin key and the user's secrets.</remarks>
static class RunnerEnvironment
{
    static readonly string[] Names =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    static readonly string[] Prefixes = ["LC_", "XDG_", "DOTNET_", "CUDA_", "NVIDIA_", "OMP_", "PYTHON", "PYENV_"];

    public static void Fill(IDictionary<string, string?> environment, RunnerStart start)
    {
        environment.Clear();
        foreach (DictionaryEntry ours in Environment.GetEnvironmentVariables())
        {
            var name = (string)ours.Key;
            if (Names.Contains(name)
                || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = (string?)ours.Value;
            }
        }

        var packs = new JsonObject(
            start.PackPaths.Select(pack => KeyValuePair.Create(pack.Key, (JsonNode?)pack.Value)));
        environment["ATELIER_RUNNER_ADDRESS"] = "unix:" + start.SocketPath;
        environment["ATELIER_GATEWAY"] = start.Gateway;
        environment["ATELIER_RUNNER_TOKEN"] = start.Token;
        environment["ATELIER_PACK_PATHS"] = packs.ToJsonString(JsonSerializerOptions.Default);
    }
}
