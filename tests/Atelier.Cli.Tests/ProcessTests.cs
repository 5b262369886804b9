using System.Diagnostics;

namespace Atelier.Cli.Tests;

/// <summary>The program as a process: what only a real pid, signal or pipe can show.</summary>
public sealed class ProcessTests : CliTest
{
    [Fact]
    public async Task A_usage_error_leaves_stdout_empty()
    {
        using var cli = Start("generate", "--nonsense");

        Assert.Equal((2, ""), await EndAsync(cli));
    }

    [Fact]
    public async Task Serve_becomes_the_server()
    {
        Variables["ATELIER_SERVER_PROGRAM"] = Script("echo \"$$ $*\"\nexit 7");
        using var cli = Start("serve", "--port", "0", "--json");

        Assert.Equal((7, $"{cli.Id} --port 0 --json\n"), await EndAsync(cli));
    }

    [Fact]
    public async Task Ctrl_C_cancels_the_request_and_ends_with_130()
    {
        var polled = new TaskCompletionSource();
        Server.On("GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id=acme%2Fx", "{}");
        Server.On("POST /queue.fal.run/acme/x", """{"request_id":"r9"}""");
        Server.OnCall(
            "GET /queue.fal.run/acme/x/requests/r9/status?logs=0", """{"status":"IN_PROGRESS","logs":null}""", 202,
            () => polled.TrySetResult());
        Server.On("PUT /queue.fal.run/acme/x/requests/r9/cancel", "{}", 202);
        using var cli = Start("generate", "-m", "acme/x");
        await polled.Task;

        using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {cli.Id}"]);

        Assert.Equal((130, ""), await EndAsync(cli));
        Assert.Contains(Server.Requests, seen => seen.Route == "PUT /queue.fal.run/acme/x/requests/r9/cancel");
    }

    [Fact]
    public async Task A_local_server_is_started_once_without_the_fal_key_and_can_be_stopped()
    {
        Server.On("GET /health", """{"instance":"i1"}""");
        Server.On("GET /health/ready", "{}");
        Server.On("GET /api.fal.ai/v1/models?limit=100", """{"models":[],"next_cursor":null,"has_more":false}""");
        Variables["FAL_KEY"] = "fal:topsecret";
        Variables["ATELIER_SERVER_PROGRAM"] = Script($$"""
            echo start >>"{{At("starts")}}"
            env >"{{At("env")}}"
            echo '{"url":"{{Server.Url}}","pid":'$$',"instance":"i1"}' >"$2/server.json"
            exec sleep 60
            """);
        string[] list = ["models", "list", "--server", "local", "--data", At("data")];
        using var first = Start(list);
        using var second = Start(list);
        var expected = (0, """{"models":[]}""" + "\n");

        Assert.Equal(expected, await EndAsync(first));
        Assert.Equal(expected, await EndAsync(second));
        Assert.Equal("start\n", await File.ReadAllTextAsync(At("starts"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(
            "topsecret", await File.ReadAllTextAsync(At("env"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        using var stop = Start("stop", "--server", "local", "--data", At("data"));
        Assert.Equal((0, """{"stopped":true}""" + "\n"), await EndAsync(stop));
    }

    string Script(string body)
    {
        var path = Write("server.sh", "#!/bin/sh\n" + body);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "atelier.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    static async Task<(int Code, string Out)> EndAsync(Process process)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(await error);
        return (process.ExitCode, output);
    }
}
