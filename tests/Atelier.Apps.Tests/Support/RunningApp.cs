using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Atelier.Apps;
using Atelier.Apps.Describing;
using Atelier.Apps.Serving;

namespace Atelier.Tests.Apps;

/// <summary>An app served in this process over a real Unix socket, spoken to in bytes.</summary>
sealed class RunningApp : IAsyncDisposable
{
    readonly string _folder;
    readonly MemoryStream _printed;

    RunningApp(string folder, AppDefinition app, MemoryStream printed, RunnerServer server)
    {
        _folder = folder;
        _printed = printed;
        Instance = app.Instance;
        Server = server;
    }

    public SampleApp App => (SampleApp)Instance;

    public App Instance { get; }

    public RunnerServer Server { get; }

    public string Printed => Encoding.UTF8.GetString(_printed.ToArray());

    public static async Task<RunningApp> StartAsync(string? gateway = null, Type? type = null)
    {
        var folder = Directory.CreateTempSubdirectory("atelier-").FullName;
        var app = AppDefinition.Read(type ?? typeof(SampleApp));
        Dictionary<string, string?> variables = new()
        {
            ["ATELIER_RUNNER_ADDRESS"] = $"unix:{folder}/runner.sock",
            ["ATELIER_GATEWAY"] = gateway,
            ["ATELIER_RUNNER_TOKEN"] = "t0ken",
            ["ATELIER_PACK_PATHS"] = """{"sample-pack":"/packs/sample"}""",
        };
        MemoryStream printed = new();
        RunnerOutput output = new(printed);
        Console.SetOut(output);
        var server = await RunnerServer.StartAsync(
            app, RunnerEnvironment.Read(variables.GetValueOrDefault), output, TestContext.Current.CancellationToken);
        return new(folder, app, printed, server);
    }

    public Task<string> PostAsync(string path, string body, params string[] headers) => ExchangeAsync("POST", path, body, headers);

    public Task<string> GetAsync(string path) => ExchangeAsync("GET", path, "", []);

    /// <summary>Sends one request as bytes and answers the whole response as text, without its date.</summary>
    public async Task<string> ExchangeAsync(string method, string path, string body, string[] headers)
    {
        StringBuilder request = new();
        request.Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: runner\r\nConnection: close\r\n");
        foreach (var header in headers)
        {
            request.Append(header).Append("\r\n");
        }

        request.Append("Content-Length: ").Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n\r\n").Append(body);
        return await SendAsync(request.ToString());
    }

    public async Task<string> SendAsync(string request)
    {
        using var stream = await ConnectAsync();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream);
        var response = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = response.Split("\r\n").Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal));
        return string.Join("\r\n", lines);
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(
            new UnixDomainSocketEndPoint(Path.Combine(_folder, "runner.sock")), TestContext.Current.CancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> OpenAsync(string path)
    {
        ClientWebSocket socket = new();
        SocketsHttpHandler handler = new() { ConnectCallback = async (_, _) => await ConnectAsync() };
        await socket.ConnectAsync(
            new Uri($"ws://runner{path}"), new HttpMessageInvoker(handler), TestContext.Current.CancellationToken);
        return socket;
    }

    public static int Status(string response) => int.Parse(response.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    public static string Body(string response) => response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
