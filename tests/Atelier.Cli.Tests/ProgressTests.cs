using Atelier.Cli.Output;

namespace Atelier.Cli.Tests;

public sealed class ProgressTests : CliTest
{
    [Fact]
    public async Task Who_waits_long_without_logs_is_told_the_newest_line_each_ten_seconds()
    {
        Script(logs: 0, lines: null, times: 1);
        Script(logs: 1, lines: "half of the weights", times: 12);
        Script(logs: 1, lines: "all of the weights\\u001b[2J", times: 40);

        Assert.Equal(5, await RunAsync("generate", "-m", "acme/w", "--timeout", "30", "--poll-interval", "1"));

        Assert.Equal(
            ["Status: IN_PROGRESS", "Status: IN_PROGRESS  10 s  half of the weights",
                "Status: IN_PROGRESS  20 s  all of the weights\\e[2J"],
            Error.Split(Environment.NewLine).Where(line => line.StartsWith("Status:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_live_line_is_cut_to_the_terminal()
    {
        using var error = new StringWriter();
        var host = new CliHost
        {
            Variable = _ => null,
            In = TextReader.Null,
            Out = TextWriter.Null,
            Error = error,
            ErrorIsTerminal = true,
            Columns = () => 10,
        };

        new Terminal(host, json: false).Live("0123456789");

        Assert.Equal("\r\e[K01234567…", error.ToString());
    }

    void Script(int logs, string? lines, int times)
    {
        Server.On("GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id=acme%2Fw", "{}");
        Server.On("POST /queue.fal.run/acme/w", """{"request_id":"r9"}""");
        var list = lines is null ? "null" : $$"""[{"message":"before"},{"message":"{{lines}}"}]""";
        for (var time = 0; time < times; time++)
        {
            Server.On(
                $"GET /queue.fal.run/acme/w/requests/r9/status?logs={logs}",
                $$"""{"status":"IN_PROGRESS","logs":{{list}}}""", 202);
        }
    }
}
