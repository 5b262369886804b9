using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Hosting;

/// <summary>
/// <c>server.json</c> in the data folder (0600): where the running server is. The command line trusts this address
/// only, and compares <paramref name="Instance"/> with <c>/health</c> before it sends a key.
/// </summary>
/// <param name="Url">Without trailing slash.</param>
/// <param name="Instance">Made anew at each start.</param>
/// <param name="TlsPort">Where fal's host names are served over TLS, when they are.</param>
/// <param name="CaFile">The authority that clients must trust for it.</param>
public sealed record ServerFile(string Url, int Pid, string Instance, int? TlsPort = null, string? CaFile = null)
{
    const string Name = "server.json";

    public static ServerFile? Read(string root)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(root, Name)), ServerFileJson.Default.ServerFile);
        }
        catch (Exception fault) when (fault is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string root) =>
        PrivateFile.Write(Path.Combine(root, Name), JsonSerializer.SerializeToUtf8Bytes(this, ServerFileJson.Default.ServerFile));

    /// <summary>Removes the file if it is still this server's.</summary>
    public void Delete(string root)
    {
        if (Read(root)?.Instance == Instance)
        {
            File.Delete(Path.Combine(root, Name));
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerFile))]
sealed partial class ServerFileJson : JsonSerializerContext;
