using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Atelier.Tests.Apps.Serving;

/// <summary>The real program, as the gateway starts it.</summary>
public sealed class RunnerProcessTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_ends_when_its_control_pipe_closes()
    {
        using var runner = await ProcessUnderTest.ServeAsync();
        runner.Process.StandardInput.Close();
        await runner.ExitAsync();
        Assert.Equal(128 + 9, runner.Process.ExitCode);
    }

    [Fact]
    public async Task It_ends_when_its_control_pipe_closes_though_a_call_hangs()
    {
        using var runner = await ProcessUnderTest.ServeAsync();
        using var hanging = await runner.SendAsync("""{"hang":true,"logs":1}""");
        Assert.Contains("log 1", await runner.Process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        runner.Process.StandardInput.Close();
        await runner.ExitAsync();
        Assert.Equal(128 + 9, runner.Process.ExitCode);
    }

    [Fact]
    public async Task SIGTERM_lets_the_running_call_finish_and_exits_0()
    {
        using var runner = await ProcessUnderTest.ServeAsync();
        using var call = await runner.SendAsync("""{"delay_ms":300,"logs":1}""");
        await runner.Process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        using (Process.Start("kill", ["-TERM", $"{runner.Process.Id}"]))
        {
            using StreamReader reader = new(call);
            var response = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 200 OK", response, StringComparison.Ordinal);
        }

        await runner.ExitAsync();
        Assert.Equal(0, runner.Process.ExitCode);
    }

    [Fact]
    public async Task A_crash_is_a_signal()
    {
        using var runner = await ProcessUnderTest.ServeAsync();
        using var call = await runner.SendAsync("""{"crash":true}""");
        await runner.ExitAsync();
        Assert.Equal(128 + 6, runner.Process.ExitCode);
    }

    [Theory]
    [InlineData("", "Usage: describe | serve APP_ID")]
    [InlineData("bogus", "Unknown command: bogus. Usage: describe | serve APP_ID")]
    [InlineData("serve", "serve needs the id of an app. Usage: describe | serve APP_ID")]
    [InlineData("serve atelier/none", "No app atelier/none here. describe lists those there are.")]
    public async Task Wrong_usage_is_a_sentence_and_2(string args, string sentence)
    {
        using ProcessUnderTest runner = new(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(sentence, await runner.Process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
        await runner.ExitAsync();
        Assert.Equal(2, runner.Process.ExitCode);
    }

    [Fact]
    public async Task Without_an_address_it_says_what_is_missing()
    {
        using ProcessUnderTest runner = new(["serve", "atelier/echo-process"], address: "nowhere");
        Assert.Equal(
            "ATELIER_RUNNER_ADDRESS must be unix:/path or http://address:port.",
            await runner.Process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
        await runner.ExitAsync();
        Assert.Equal(2, runner.Process.ExitCode);
    }

    [Fact]
    public async Task Describe_prints_what_the_build_wrote()
    {
        using ProcessUnderTest runner = new(["describe"]);
        var printed = await runner.Process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(ProcessUnderTest.Folder, "apps.json"), TestContext.Current.CancellationToken), printed);
    }

    sealed class ProcessUnderTest : IDisposable
    {
        readonly string _folder = Directory.CreateTempSubdirectory("atelier-").FullName;

        public ProcessUnderTest(string[] args, string? address = null)
        {
            ProcessStartInfo start = new("dotnet", ["exec", Path.Combine(Folder, "Atelier.Runner.dll"), .. args])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["ATELIER_RUNNER_ADDRESS"] = address ?? $"unix:{Socket}";
            Process = Process.Start(start)!;
        }

        /// <summary>The runner's output folder: beside this test's own.</summary>
        public static string Folder { get; } = AppContext.BaseDirectory.Replace("Atelier.Apps.Tests", "Atelier.Runner", StringComparison.Ordinal);

        public Process Process { get; }

        string Socket => Path.Combine(_folder, "r.sock");

        public static async Task<ProcessUnderTest> ServeAsync()
        {
            ProcessUnderTest runner = new(["serve", "atelier/echo-process"]);
            using CancellationTokenSource patience = new(Patience);
            while (!File.Exists(runner.Socket))
            {
                Assert.False(runner.Process.HasExited);
                await Task.Delay(20, patience.Token);
            }

            return runner;
        }

        public async Task<NetworkStream> SendAsync(string body)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), TestContext.Current.CancellationToken);
            NetworkStream stream = new(socket, ownsSocket: true);
            await stream.WriteAsync(
                Encoding.UTF8.GetBytes($"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
                TestContext.Current.CancellationToken);
            return stream;
        }

        public async Task ExitAsync()
        {
            using CancellationTokenSource patience = new(Patience);
            await Process.WaitForExitAsync(patience.Token);
        }

        public void Dispose()
        {
            if (!Process.HasExited)
            {
                Process.Kill();
            }

            Process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
