using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Atelier.Server.Tls;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Realtime;

/// <summary>Sockets by fal's own host names over TLS, as an unchanged client in a browser opens them.</summary>
public sealed class TlsSessionTests
{
    [Theory]
    [InlineData("1.1", "wss://fal.run:{0}/atelier/echo/realtime", """{"a":1}""")]
    [InlineData("2.0", "wss://fal.run:{0}/atelier/echo/realtime", """{"a":1}""")]
    [InlineData("1.1", "wss://ws.fal.run:{0}/atelier/echo", """{"type":"start",""")]
    public async Task A_socket_opens_by_each_version_of_http(string version, string address, string answer)
    {
        await using var server = await TestServer.StartAsync(new() { ["tls"] = "true", ["tls_port"] = "0" });
        using var http = Invoker(CertificateAuthority.FileIn(server.DataRoot));
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Authorization", $"Key {server.Key}");
        var uri = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, new Uri(server.Urls.Last()).Port);

        await socket.ConnectAsync(new Uri(uri), http, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"a":1}"""), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);

        Assert.StartsWith(answer, Encoding.UTF8.GetString(buffer, 0, read.Count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_of_an_endpoint_says_how_it_is_connected_to()
    {
        await using var server = await TestServer.StartAsync();

        var document = await server.Http.GetStringAsync(
            "/fal.ai/api/openapi/queue/openapi.json?endpoint_id=atelier/echo/realtime", TestContext.Current.CancellationToken);

        Assert.Contains(
            """x-fal-protocol":{"type":"realtime","operationId":"EchoRealtime","config":{"buffering":null,"sessionTimeout":60,"maxBatchSize":1},"contentType":"application/msgpack","realtimeMode":"unary"}""",
            document, StringComparison.Ordinal);
    }

    static HttpMessageInvoker Invoker(string authority) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(authority)) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    });
}
