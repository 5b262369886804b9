using System.Collections.Concurrent;
using System.Net;
using Atelier.Client;

namespace Atelier.Cli.Tests;

public sealed class TargetTests : CliTest
{
    [Fact]
    public async Task Fal_without_a_key_says_the_way_out()
    {
        Assert.Equal(2, await RunAsync("generate", "--server", "fal", "-p", "x"));

        Assert.StartsWith("Error: FAL_KEY not set" + Environment.NewLine, Error, StringComparison.Ordinal);
        Assert.Contains("--add-fal-key", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fal_key_never_goes_to_another_host()
    {
        Variables["FAL_KEY"] = "fal:topsecret";
        Variables.Remove("ATELIER_KEY");
        Server.Model("acme/m", "");

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m"));

        Assert.All(Server.Requests, seen => Assert.DoesNotContain(
            "topsecret", string.Join(' ', seen.Headers.Values), StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_fal_the_key_goes_to_the_api_hosts_and_not_to_files()
    {
        Variables["FAL_KEY"] = "fal:topsecret";
        var wire = new Recorder();
        Handler = () => wire;

        Assert.Equal(0, await RunAsync("generate", "--server", "fal", "-m", "fal-ai/x", "-p", "x", "-o", At("a.png")));

        Assert.Contains("billed", Error, StringComparison.Ordinal);
        Assert.Contains(("https://queue.fal.run", "Key fal:topsecret"), wire.Seen);
        Assert.Contains(("https://evil-fal.run", null), wire.Seen);
        Assert.All(wire.Seen, seen => Assert.True(
            seen.Key is null || seen.Origin is "https://queue.fal.run" or "https://fal.ai", seen.ToString()));
    }

    [Theory]
    [InlineData("https://fal.run/x", true)]
    [InlineData("https://queue.fal.run/x", true)]
    [InlineData("https://rest.fal.ai/x", true)]
    [InlineData("http://queue.fal.run/x", false)]
    [InlineData("https://evil-fal.ai/x", false)]
    [InlineData("https://fal.run.evil.com/x", false)]
    [InlineData("https://queue.fal.run:8443/x", false)]
    [InlineData("https://fal.ai@evil.com/", false)]
    [InlineData("https://u:p@fal.ai/", false)]
    public void A_fal_key_is_for_fals_hosts_over_https(string url, bool allowed) =>
        Assert.Equal(allowed, FalClientOptions.ForFal("k").KeyMayGoTo(new(url)));

    [Fact]
    public async Task The_stored_key_opens_this_machine_and_no_other()
    {
        Variables.Remove("ATELIER_KEY");
        Directory.CreateDirectory(At(".config/atelier"));
        Write(".config/atelier/credentials", """{"key":"cli:stored"}""");
        var wire = new Recorder();

        Server.On("GET /api.fal.ai/v1/keys", """{"keys":[]}""");
        Assert.Equal(0, await RunAsync("keys", "list"));
        Handler = () => wire;
        await RunAsync("keys", "list", "--server", "https://other.example");

        Assert.Equal("Key cli:stored", Server.Last("GET").Headers["authorization"]);
        Assert.All(wire.Seen, seen => Assert.Null(seen.Key));
    }

    [Fact]
    public async Task A_local_server_is_believed_only_with_the_right_instance()
    {
        Server.On("GET /health", """{"status":"ok","version":"0.1.0","instance":"right"}""");
        Server.On("GET /api.fal.ai/v1/config", """{"settings":[{"key":"port","value":"8410","source":"default"}]}""");
        Directory.CreateDirectory(At("data"));
        Write("data/server.json", $$"""{"url":"{{Server.Url}}","pid":1,"instance":"wrong"}""");

        Assert.Equal(0, await RunAsync("config", "--server", "local", "--data", At("data")));
        Assert.DoesNotContain(Server.Requests, seen => seen.Headers.ContainsKey("authorization"));

        Write("data/server.json", $$"""{"url":"{{Server.Url}}","pid":1,"instance":"right"}""");
        Assert.Equal(0, await RunAsync("config", "--server", "local", "--data", At("data")));
        Assert.Equal("Key me:secret", Server.Last("GET /api.fal.ai/v1/config").Headers["authorization"]);
        Assert.DoesNotContain("secret", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_when_nothing_runs_is_no_failure()
    {
        Assert.Equal(0, await RunAsync("stop", "--server", "local", "--data", At("none")));
        Assert.Equal("""{"stopped":false}""" + Environment.NewLine, Out);
    }

    [Fact]
    public async Task A_server_that_dies_at_its_start_shows_its_log_and_answers_4()
    {
        var program = Write("server.sh", "#!/bin/sh\necho \"cannot start: $*\"\nexit 7\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Variables["ATELIER_SERVER_PROGRAM"] = program;

        var code = await RunAsync("models", "list", "--server", "local", "--data", At("data"));

        Assert.Equal(4, code);
        Assert.Contains("did not start", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stored_fal_key_is_private()
    {
        Stdin = "fal:pasted\n";

        Assert.Equal(0, await RunAsync("generate", "--add-fal-key"));

        var path = At(".config/atelier/fal-credentials");
        var stored = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal("""{"key":"fal:pasted"}""", stored);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Empty(Out);
    }

    sealed class Recorder : HttpMessageHandler
    {
        public ConcurrentQueue<(string Origin, string? Key)> Seen { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var url = request.RequestUri!;
            Seen.Enqueue((url.GetLeftPart(UriPartial.Authority), request.Headers.Authorization?.ToString()));
            var body = url.AbsolutePath switch
            {
                "/api/openapi/queue/openapi.json" => "null",
                "/fal-ai/x" => """{"request_id":"r1"}""",
                "/fal-ai/x/requests/r1/status" => """{"status":"COMPLETED"}""",
                "/fal-ai/x/requests/r1" => """{"images":[{"url":"https://evil-fal.run/a.png","width":1,"height":1}]}""",
                _ => """{"keys":[]}""",
            };
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) });
        }
    }
}
