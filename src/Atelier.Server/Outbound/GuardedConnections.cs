using System.Net;
using System.Net.Sockets;

namespace Atelier.Server.Outbound;

/// <summary>
/// Connections to addresses that callers give. The address <em>actually connected to</em> is judged: the name is
/// resolved inside the connect callback, so a name that answers differently the second time gains nothing.
/// </summary>
static class GuardedConnections
{
    /// <summary>No proxy, no cookies, no credentials, no automatic redirects or decompression. Any port.</summary>
    /// <remarks>A refused address is an <see cref="OutboundException"/> inside the <c>HttpRequestException</c>.</remarks>
    public static SocketsHttpHandler CreateHandler(AddressGuard guard) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        ConnectCallback = (context, cancellationToken) => ConnectAsync(guard, context.DnsEndPoint, cancellationToken),
    };

    static async ValueTask<Stream> ConnectAsync(
        AddressGuard guard, DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var (host, port) = (endPoint.Host, endPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => guard.Allows(host, address));
        if (allowed.Length == 0)
        {
            throw new OutboundException(OutboundFailure.Refused, "The file's address is not on the public internet.");
        }

        for (var index = 0; ; index++)
        {
            var address = allowed[index];
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (index + 1 < allowed.Length)
            {
                socket.Dispose();
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
