using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Atelier.Cli.Output;

namespace Atelier.Cli.Targets;

/// <summary>The server of one data folder on this machine: finds it, starts it in the background, stops it.</summary>
/// <remarks>
/// The address comes from <c>server.json</c> alone, a file that only this user can write, and is believed only when
/// <c>/health</c> there answers the same instance. A key is never sent to whatever happens to listen on the port.
/// </remarks>
sealed class LocalServer(CliHost host, Terminal terminal, string dataFolder)
{
    const int DefaultPort = 8410;
    const int IdleSeconds = 30 * 60;
    const int LogLines = 20;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);
    static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    string LogFile => Path.Combine(dataFolder, "server.log");

    /// <summary>The running server's address; starts one when none runs.</summary>
    public async Task<Uri> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } running)
        {
            return new(running.Url);
        }

        PrivateFile.CreateFolder(dataFolder);
        // Of two command lines that find no server, one starts it and the other finds it here.
        using var startLock = await LockAsync(cancellationToken);
        if (await FindAsync(cancellationToken) is { } other)
        {
            return new(other.Url);
        }

        terminal.Note("Starting the local server in the background (stops after 30 idle minutes)…");
        using var process = ServerProgram.StartInBackground(
            host, LogFile,
            [
                "--data", dataFolder, "--port", PortToUse().ToString(CultureInfo.InvariantCulture),
                "--idle-timeout", IdleSeconds.ToString(CultureInfo.InvariantCulture),
            ]);
        return await WaitUntilReadyAsync(process, cancellationToken);
    }

    /// <summary>The running server, once its instance was checked; null when none runs.</summary>
    public async Task<ServerFile?> FindAsync(CancellationToken cancellationToken)
    {
        if (Read() is not { } file || !Uri.TryCreate(file.Url, UriKind.Absolute, out var address))
        {
            return null;
        }

        using var http = Http();
        try
        {
            using var document = JsonDocument.Parse(
                await http.GetStringAsync(new Uri(address, "/health"), cancellationToken));
            return document.RootElement.TryGetProperty("instance", out var instance)
                && instance.ValueKind is JsonValueKind.String && instance.GetString() == file.Instance
                ? file
                : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Asks the server to stop and waits for its end.</summary>
    /// <returns>False when none runs.</returns>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } server)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(server.Pid);
            NativeProcess.Terminate(server.Pid);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StopLimit);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (ArgumentException)
        {
            // It ended between the two looks.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.Timeout, $"The server (pid {server.Pid}) did not stop within {StopLimit.TotalSeconds} s.",
                $"It is finishing its work; to stop it at once: kill -TERM {server.Pid}");
        }

        return true;
    }

    async Task<Uri> WaitUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        var started = host.Time.GetTimestamp();
        using var http = Http();
        while (host.Time.GetElapsedTime(started) < StartLimit)
        {
            if (process.HasExited)
            {
                throw NotStarted($"it ended with exit code {process.ExitCode}");
            }

            if (await FindAsync(cancellationToken) is { } file && await IsReadyAsync(http, file, cancellationToken))
            {
                return new(file.Url);
            }

            await Task.Delay(LookEvery, host.Time, cancellationToken);
        }

        throw NotStarted($"it was not ready within {StartLimit.TotalSeconds} s");
    }

    static async Task<bool> IsReadyAsync(HttpClient http, ServerFile file, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(new Uri(file.Url), "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    CliException NotStarted(string why)
    {
        var lines = File.Exists(LogFile) ? File.ReadLines(LogFile).TakeLast(LogLines) : [];
        return new(
            ExitCode.Unreachable, $"The local server did not start: {why}.",
            [
                .. lines.Select(line => "  " + ControlText.Escape(line)),
                $"Its log: {LogFile}",
                "To see it start: atelier serve",
            ]);
    }

    async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataFolder, "start.lock");
        var began = host.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && host.Time.GetElapsedTime(began) < 2 * StartLimit)
            {
                await Task.Delay(LookEvery, host.Time, cancellationToken);
            }
        }
    }

    ServerFile? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(dataFolder, "server.json")), CliJson.Default.ServerFile);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    // Another program, or another user's server, may hold the default port.
    static int PortToUse()
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, DefaultPort);
            probe.Start();
            return DefaultPort;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    HttpClient Http() => new(host.Handler?.Invoke() ?? new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = HealthLimit,
    };
}
