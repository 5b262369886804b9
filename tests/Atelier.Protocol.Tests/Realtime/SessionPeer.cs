using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Atelier.Tests.Protocol.Realtime;

/// <summary>The client's end of a session; the other end is a WebSocket over a loopback connection.</summary>
sealed class SessionPeer(WebSocket client, WebSocket server) : IDisposable
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public WebSocket Client => client;

    public WebSocket Server => server;

    public static async Task<SessionPeer> StartAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connecting = new TcpClient();
        await connecting.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Token);
        var accepted = await listener.AcceptTcpClientAsync(Token);
        return new(
            WebSocket.CreateFromStream(connecting.GetStream(), new() { IsServer = false }),
            WebSocket.CreateFromStream(accepted.GetStream(), new() { IsServer = true }));
    }

    public Task SayAsync(string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);

    public Task SayBytesAsync(string hex) =>
        client.SendAsync(Convert.FromHexString(hex), WebSocketMessageType.Binary, endOfMessage: true, Token);

    /// <summary>Text as it is, bytes as hex, a close as its code, after which the close is answered.</summary>
    public async Task<string> HearAsync()
    {
        var buffer = new byte[65536];
        var read = await client.ReceiveAsync(buffer.AsMemory(), Token);
        if (read.MessageType is WebSocketMessageType.Close)
        {
            if (client.State is WebSocketState.CloseReceived)
            {
                await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
            }

            return $"close {(int)client.CloseStatus!}";
        }

        return read.MessageType is WebSocketMessageType.Text
            ? Encoding.UTF8.GetString(buffer, 0, read.Count)
            : Convert.ToHexStringLower(buffer.AsSpan(0, read.Count));
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }
}
