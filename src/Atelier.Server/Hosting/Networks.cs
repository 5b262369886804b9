using System.Net;

namespace Atelier.Server.Hosting;

/// <summary>Networks as settings name them: <c>10.1.0.0/16</c>, or an address, which is a network of one.</summary>
static class Networks
{
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
