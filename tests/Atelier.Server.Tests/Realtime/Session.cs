using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Realtime;

/// <summary>The caller's end of a WebSocket; frames are strings of what came.</summary>
sealed class Session(ClientWebSocket socket) : IAsyncDisposable
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ClientWebSocket Socket => socket;

    /// <summary>Opens a socket; with the server's key when the address has no token.</summary>
    public static async Task<Session> OpenAsync(TestServer server, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (!path.Contains("fal_jwt_token", StringComparison.Ordinal))
        {
            socket.Options.SetRequestHeader("Authorization", $"Key {server.Key}");
        }

        await socket.ConnectAsync(new Uri(server.Url.Replace("http", "ws", StringComparison.Ordinal) + path), Token);
        return new(socket);
    }

    public static async Task<string> TokenAsync(TestServer server, string allowed, string? key = null)
    {
        using var response = await server.SendAsync(
            HttpMethod.Post, "/rest.fal.ai/tokens/", $$"""{"allowed_apps":["{{allowed}}"]}""", key);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetString()!;
    }

    public Task SayAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);

    public Task SayBytesAsync(string hex) =>
        socket.SendAsync(Convert.FromHexString(hex), WebSocketMessageType.Binary, endOfMessage: true, Token);

    /// <summary>One whole message: text as it is, bytes as hex, a close as its code. Timings are passed over.</summary>
    public async Task<string> HearAsync()
    {
        while (true)
        {
            var message = await AnyAsync();
            if (!message.Contains("\"timings\"", StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    /// <summary>As <see cref="HearAsync"/>, timings too.</summary>
    public async Task<string> AnyAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[65536];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), Token);
            if (read.MessageType is WebSocketMessageType.Close)
            {
                return $"close {(int)socket.CloseStatus!}";
            }

            await message.WriteAsync(buffer.AsMemory(0, read.Count), Token);
            if (read.EndOfMessage)
            {
                return read.MessageType is WebSocketMessageType.Text
                    ? Encoding.UTF8.GetString(message.ToArray())
                    : Convert.ToHexStringLower(message.ToArray());
            }
        }
    }

    public async Task<string> TextAsync() => await HearAsync();

    public async Task<string> AskAsync(string text)
    {
        await SayAsync(text);
        return await HearAsync();
    }

    /// <summary>Waits for the other side's close and answers it.</summary>
    public async Task<WebSocketCloseStatus> ClosedAsync()
    {
        Assert.StartsWith("close ", await HearAsync(), StringComparison.Ordinal);
        var status = socket.CloseStatus!.Value;
        if (socket.State is WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }

        return status;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
