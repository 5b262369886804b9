using System.Net;
using Atelier.Protocol;

namespace Atelier.Cli.Env;

/// <summary>What a client must know of the server.</summary>
/// <param name="Url">Where it listens, without trailing slash.</param>
/// <param name="TlsPort">Where it serves fal's host names; null when it does not.</param>
/// <param name="CaFile">The authority for those.</param>
/// <param name="Command">How the user calls this program.</param>
sealed record EnvFacts(string Url, int? TlsPort, string? CaFile, string Command)
{
    /// <summary>fal's website has its address too, so who wants it leaves this name out.</summary>
    public const string Website = "fal.ai";

    /// <summary>The names that clients use without being told.</summary>
    public static IEnumerable<string> Names => FalHostNames.All.Where(name => name != Website);

    public string ProxyUrl => $"{Url}/api/fal/proxy";

    /// <summary>Clients with fal's names built in know no other port.</summary>
    public bool ServesNames => TlsPort is 443;

    /// <summary>The address that fal's names must lead to.</summary>
    public IPAddress Address => IPAddress.TryParse(new Uri(Url).Host.Trim('[', ']'), out var address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address : IPAddress.Loopback;

    /// <summary>Ends each line that goes into <c>/etc/hosts</c>, so that it can be found again.</summary>
    public const string HostsMark = "# atelier";
}
