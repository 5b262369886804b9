using System.Net;
using System.Text.Json;

namespace Atelier.Apps.Serving;

/// <summary>What the gateway tells a runner at its start: contract v1, in environment variables.</summary>
/// <param name="Address">Where to listen: <c>unix:/path</c> or <c>http://host:port</c> with a numeric host.</param>
/// <param name="Gateway">Where files are saved and fetched; null when the program runs without a gateway.</param>
/// <param name="Token">The secret that the gateway knows this runner by.</param>
/// <param name="Packs">Folders of packs, by name.</param>
sealed record RunnerEnvironment(
    EndPoint Address, Uri? Gateway, string? Token, IReadOnlyDictionary<string, string> Packs)
{
    public const string AddressVariable = "ATELIER_RUNNER_ADDRESS";
    public const string GatewayVariable = "ATELIER_GATEWAY";
    public const string TokenVariable = "ATELIER_RUNNER_TOKEN";
    public const string PacksVariable = "ATELIER_PACK_PATHS";

    /// <exception cref="UsageException">A variable is missing or is not what it should be.</exception>
    public static RunnerEnvironment Read(Func<string, string?> variable) => new(
        ParseAddress(variable(AddressVariable)),
        variable(GatewayVariable) is { Length: > 0 } gateway ? ParseGateway(gateway) : null,
        variable(TokenVariable),
        ParsePacks(variable(PacksVariable)));

    static EndPoint ParseAddress(string? text)
    {
        if (text is ['u', 'n', 'i', 'x', ':', '/', ..])
        {
            return new System.Net.Sockets.UnixDomainSocketEndPoint(text["unix:".Length..]);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http"
            && IPAddress.TryParse(uri.Host, out var address)
            ? new IPEndPoint(address, uri.Port)
            : throw new UsageException($"{AddressVariable} must be unix:/path or http://address:port.");
    }

    static Uri ParseGateway(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"{GatewayVariable} must be an http or https address.");

    static Dictionary<string, string> ParsePacks(string? text)
    {
        try
        {
            return text is { Length: > 0 }
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(text, AppJson.Options) ?? []
                : [];
        }
        catch (JsonException)
        {
            throw new UsageException($"{PacksVariable} must be a JSON object of pack names and folders.");
        }
    }
}
