using System.Net;
using Atelier.Server.Hosting;

namespace Atelier.Server.Outbound;

/// <summary>Decides which addresses may be connected to: public ones, and those the operator allows by name.</summary>
public sealed class AddressGuard
{
    readonly List<IPNetwork> _networks = [];
    readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public AddressGuard(OutboundOptions options)
    {
        foreach (var entry in options.AllowPrivate)
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
