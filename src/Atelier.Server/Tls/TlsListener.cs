using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Atelier.Server.Tls;

/// <summary>The second port: HTTPS with HTTP/1.1 and HTTP/2 under fal's own host names, beside the plain one.</summary>
static class TlsListener
{
    // A client that stays silent must not hold a connection.
    static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <param name="address">Null is loopback, of both families.</param>
    public static void ListenTls(this KestrelServerOptions kestrel, IPAddress? address, int port, ServerCertificate certificate)
    {
        void Configure(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => new(certificate.Current()),
        });

        if (address is null)
        {
            kestrel.ListenLocalhost(port, Configure);
        }
        else
        {
            kestrel.Listen(address, port, Configure);
        }
    }
}
