using System.Net;

namespace Atelier.Server.Outbound;

/// <summary>Checks where a caller wants to be called back, before the request is accepted.</summary>
/// <remarks>Names are not resolved here: what they lead to is judged at each connection.</remarks>
public sealed class CallbackTargets(AddressGuard guard)
{
    /// <summary>Characters of an address.</summary>
    public const int LengthMax = 2048;

    /// <summary>The address when it may be tried, else a sentence for the caller that names <paramref name="field"/>.</summary>
    public (Uri? Target, string? Refused) Check(string field, string? text)
    {
        if (text is not { Length: > 0 and <= LengthMax } || !Uri.TryCreate(text, UriKind.Absolute, out var target) ||
            (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps) || Host(target) is not { Length: > 0 } host)
        {
            return (null, $"{field} must be an absolute http or https URL of at most {LengthMax} characters");
        }

        if (target.UserInfo.Length > 0)
        {
            return (null, $"{field} must not hold a user name or password");
        }

        return Literal(host) is not { } address || guard.Allows(host, address)
            ? (target, null)
            : (null, $"{field} must lead to the public internet; this server's operator can allow private places");
    }

    // A host that is no international name is only found out when it is asked for.
    static string? Host(Uri target)
    {
        try
        {
            return target.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    // Uri has already turned 0x7f.1 and the like into an address. localhost is one too, on every machine that matters.
    static IPAddress? Literal(string host) =>
        IPAddress.TryParse(host, out var address) ? address
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : null;
}
