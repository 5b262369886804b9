using System.Net;
using Atelier.Server.Hosting;

namespace Atelier.Server.Outbound;

/// <summary>Decides which addresses may be connected to: public ones, and those the operator allows by name.</summary>
public sealed class AddressGuard
{
    readonly List<IPNetwork> _networks = [];
    readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="allowed">Networks, addresses or host names that may be reached although they are private.</param>
    public AddressGuard(IEnumerable<string> allowed)
    {
        foreach (var entry in allowed)
        {
            if (Networks.TryParse(entry, out var network))
            {
                _networks.Add(network);
            }
            else
            {
                _hosts.Add(entry);
            }
        }
    }

    public bool Allows(string host, IPAddress address) =>
        PublicAddress.IsPublic(address)
        || _hosts.Contains(host)
        || (!address.IsIPv4MappedToIPv6 && _networks.Exists(network => network.Contains(address)));
}
