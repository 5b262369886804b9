namespace Atelier.Cli.Tests;

public sealed class EnvTests : CliTest
{
    [Fact]
    public async Task Node_gets_the_variables_and_the_hosts_lines_and_keeps_its_code()
    {
        LocalServer(443);

        Assert.Equal(0, await RunAsync("env", "node"));

        var lines = Out.Split('\n');
        Assert.Contains("export FAL_KEY=ID:SECRET   # a key of this server: atelier keys create --alias mine", lines);
        Assert.Contains("export NODE_EXTRA_CA_CERTS='/a path/ca.pem'", lines);
        Assert.Contains(lines, line => line.StartsWith("127.0.0.1 fal.run queue.fal.run ws.fal.run rest.fal.ai ", StringComparison.Ordinal)
            && line.EndsWith("# atelier", StringComparison.Ordinal));
        Assert.DoesNotContain("proxyUrl", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_without_tls_gets_the_proxy_and_the_command_that_would_do_without()
    {
        LocalServer(null);

        Assert.Equal(0, await RunAsync("env", "node"));

        Assert.Contains("atelier serve --tls\n", Out, StringComparison.Ordinal);
        Assert.Contains($$"""fal.config({ proxyUrl: { url: "{{Server.Url}}/api/fal/proxy", when: "always" } });""", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_gets_its_host_variables_with_the_port()
    {
        LocalServer(8443);

        Assert.Equal(0, await RunAsync("env", "python"));

        Assert.Contains("export FAL_RUN_HOST=localhost:8443/fal.run\n", Out, StringComparison.Ordinal);
        Assert.Contains("export FAL_QUEUE_RUN_HOST=localhost:8443/queue.fal.run\n", Out, StringComparison.Ordinal);
        Assert.Contains("export SSL_CERT_FILE='/a path/ca.pem'", Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("js", "fal.config({")]
    [InlineData("java", "ClientConfig.withProxyUrl(")]
    [InlineData("swift", "FalClient.withProxy(")]
    [InlineData("dart", "FalClient.withProxy(")]
    [InlineData("curl", "--resolve fal.run:443:127.0.0.1")]
    [InlineData("hosts", " fal.ai # atelier")]
    public async Task Every_client_has_its_words(string client, string expected)
    {
        LocalServer(443);

        Assert.Equal(0, await RunAsync("env", client));
        Assert.Contains(expected, Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_takes_back_what_was_set_and_nothing_else()
    {
        LocalServer(443);

        Assert.Equal(0, await RunAsync("env", "node", "--undo"));

        Assert.Equal("sudo sed -i '/# atelier$/d' /etc/hosts\nunset NODE_EXTRA_CA_CERTS\nunset FAL_KEY\n", Out);
    }

    [Fact]
    public async Task Check_and_undo_need_no_client()
    {
        LocalServer(443);

        Assert.Equal(1, await RunAsync("env", "--check"));
        Assert.Contains("FIX  key: FAL_KEY is not set.", Out, StringComparison.Ordinal);
        Assert.Contains("ok   tls: fal's host names are served on port 443.", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_without_a_client_takes_the_names_back()
    {
        LocalServer(443);

        Assert.Equal(0, await RunAsync("env", "--undo"));
        Assert.Equal("sudo sed -i '/# atelier$/d' /etc/hosts\n", Out);
    }

    [Fact]
    public async Task Nothing_to_look_at_is_a_question_and_an_unknown_client_lists_the_known_ones_on_one_line()
    {
        LocalServer(443);

        Assert.Equal(2, await RunAsync("env"));
        Assert.StartsWith("Error: Which client?\n", Error, StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("env", "perl"));
        Assert.Contains("Must be one of: 'js' 'node' 'python'", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_document_with_kinds()
    {
        LocalServer(443);

        Assert.Equal(0, await RunAsync("env", "node", "--json"));

        var document = System.Text.Json.JsonElement.Parse(Out);
        Assert.Equal("node", document.GetProperty("client").GetString());
        Assert.Equal("shell", document.GetProperty("steps")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_server_elsewhere_gets_the_ways_that_need_no_names()
    {
        Assert.Equal(0, await RunAsync("env", "dart", "--server", "http://10.9.8.7:8410/"));
        Assert.Contains("withProxy(\"http://10.9.8.7:8410/api/fal/proxy\")", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_it_says_how_to_start_one_and_starts_none()
    {
        Variables["ATELIER_URL"] = "local";
        Variables["ATELIER_DATA"] = At("nothing");

        Assert.Equal(4, await RunAsync("env", "node"));
        Assert.Contains("atelier serve --tls", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_per_item_what_to_do()
    {
        LocalServer(null);
        Variables.Remove("FAL_KEY");

        Assert.Equal(1, await RunAsync("env", "node", "--check"));

        Assert.Contains("FIX  key: FAL_KEY is not set.", Out, StringComparison.Ordinal);
        Assert.Contains("FIX  tls: The server does not serve fal's host names.  →  atelier serve --tls", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_through_the_proxy_sends_the_key_that_the_client_would_send()
    {
        LocalServer(null);
        Variables["FAL_KEY"] = "a:b";

        Assert.Equal(0, await RunAsync("env", "java", "--check", "--json"));

        var call = Server.Last("GET");
        Assert.Equal("Key a:b", call.Headers["authorization"]);
        Assert.StartsWith("https://queue.fal.run/", call.Headers["x-fal-target-url"], StringComparison.Ordinal);
        Assert.True(System.Text.Json.JsonElement.Parse(Out).GetProperty("checks")[0].GetProperty("ok").GetBoolean());
    }

    void LocalServer(int? tlsPort)
    {
        Variables["ATELIER_URL"] = "local";
        Variables["ATELIER_DATA"] = At("data");
        Directory.CreateDirectory(At("data"));
        Server.On("GET /health", """{"status":"ok","version":"0.1.0","instance":"right"}""");
        var tls = tlsPort is { } port ? $",\"tls_port\":{port},\"ca_file\":\"/a path/ca.pem\"" : "";
        Write("data/server.json", $$"""{"url":"{{Server.Url}}","pid":1,"instance":"right"{{tls}}}""");
    }
}
