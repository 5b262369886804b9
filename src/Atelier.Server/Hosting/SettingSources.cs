using System.Collections;
using System.Text.Json;

namespace Atelier.Server.Hosting;

/// <summary>The three places that settings come from, each as key and text: flags, environment, <c>atelier.json</c>.</summary>
/// <remarks>
/// The flags <c>--run-waiting-max</c> and <c>--run.waiting-max</c> and the variable <c>ATELIER_RUN_WAITING_MAX</c> all
/// mean <c>run.waiting_max</c>.
/// </remarks>
public sealed record SettingSources(
    IReadOnlyDictionary<string, string> Flags,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> File)
{
    const string Prefix = "ATELIER_";

    // Variables of the client, the packs and the runners; they are no settings of the server.
    static readonly HashSet<string> OtherVariables = new(StringComparer.Ordinal)
    {
        "ATELIER_URL", "ATELIER_KEY", "ATELIER_ADMIN_KEY", "ATELIER_PACKS", "ATELIER_GATEWAY",
        "ATELIER_PACK_PATHS", "ATELIER_SERVER_PROGRAM",
    };

    /// <exception cref="ConfigurationException">A word that is no flag.</exception>
    public static Dictionary<string, string> ReadFlags(IReadOnlyList<string> args)
    {
        Dictionary<string, string> flags = new(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new ConfigurationException($"\"{args[i]}\" is no flag. Flags are written --name VALUE; `atelier serve --help` lists them.");
            }

            var name = args[i][2..];
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            var hasNext = i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            var value = equals >= 0 ? name[(equals + 1)..] : hasNext ? args[++i] : "true";
            flags[Flat(equals >= 0 ? name[..equals] : name)] = value;
        }

        return flags;
    }

    public static Dictionary<string, string> ReadEnvironment(IDictionary variables)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in variables)
        {
            var name = (string)entry.Key;
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !OtherVariables.Contains(name)
                && !name.StartsWith("ATELIER_RUNNER_", StringComparison.Ordinal))
            {
                found[Flat(name[Prefix.Length..])] = (string?)entry.Value ?? "";
            }
        }

        return found;
    }

    /// <summary>The <c>atelier.json</c> of a data folder, when there is one.</summary>
    /// <exception cref="ConfigurationException">It is not JSON, or it names the data folder that it lies in.</exception>
    public static Dictionary<string, string> ReadFolder(string root)
    {
        var path = Path.Combine(root, "atelier.json");
        var found = ReadFile(path);
        return found.ContainsKey("data")
            ? throw new ConfigurationException($"{path} lies in the data folder and cannot name another. Use --data DIR or ATELIER_DATA.")
            : found;
    }

    /// <exception cref="ConfigurationException">The file is not a JSON object.</exception>
    static Dictionary<string, string> ReadFile(string path)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        if (!System.IO.File.Exists(path))
        {
            return found;
        }

        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path), options);
            Flatten(document.RootElement, "", found);
        }
        catch (JsonException fault)
        {
            throw new ConfigurationException($"{path} is not valid JSON (line {fault.LineNumber + 1}). Correct it, or move it away.");
        }

        return found;
    }

    /// <summary>The form in which keys of all three sources are compared.</summary>
    public static string Flat(string name) => name.ToLowerInvariant().Replace('-', '_').Replace('.', '_');

    static void Flatten(JsonElement element, string key, Dictionary<string, string> into)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Flatten(property.Value, key.Length == 0 ? property.Name : $"{key}.{property.Name}", into);
                }

                break;
            case JsonValueKind.Array:
                into[Flat(key)] = string.Join(',', element.EnumerateArray().Select(item => item.ToString()));
                break;
            case JsonValueKind.Null:
                break;
            default:
                into[Flat(key)] = element.ValueKind is JsonValueKind.String ? element.GetString()! : element.GetRawText();
                break;
        }
    }
}
