namespace Atelier.Client;

/// <summary>Which addresses belong to fal.ai.</summary>
public static class FalHosts
{
    // Anchored at a dot: a plain suffix test would take evil-fal.ai for fal.ai and give it the key.
    static readonly string[] KeyDomains = ["fal.run", "fal.ai"];

    /// <summary>True for https addresses on fal's own API hosts; nothing else may ever see a fal key.</summary>
    public static bool MaySeeKey(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri && address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
            && address.UserInfo.Length == 0 && IsFal(address.IdnHost);
    }

    /// <summary>True for a host name of fal's API: <c>queue.fal.run</c>, but not <c>evil-fal.run</c>.</summary>
    public static bool IsFal(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return KeyDomains.Any(domain => host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase));
    }
}
