namespace Atelier.Cli.Tests;

public sealed class InputTests : CliTest
{
    async Task<string> InputOf(string properties, params string[] flags)
    {
        Server.Model("acme/m", properties);
        Assert.True(await RunAsync(["generate", "-m", "acme/m", .. flags]) is 0, Error);
        return Server.Last("POST /queue.fal.run/").Body;
    }

    [Fact]
    public async Task Defaults_go_only_to_fields_that_the_model_has()
    {
        Assert.Equal("""{"prompt":"x"}""", await InputOf(""" "prompt":{"type":"string"} """, "-p", "x"));
    }

    [Fact]
    public async Task Defaults_go_to_fields_that_the_model_has()
    {
        var body = await InputOf(
            """
            "prompt":{"type":"string"},"num_images":{"type":"integer"},
            "image_size":{"$ref":"#/components/schemas/Size"}
            """,
            "-p", "x");

        Assert.Equal("""{"prompt":"x","image_size":"landscape_4_3","num_images":1}""", body);
    }

    [Fact]
    public async Task A_default_that_the_model_does_not_offer_is_not_sent() => Assert.Equal(
        "{}", await InputOf(""" "image_size":{"type":"string","enum":["1K","2K"]} """));

    [Theory]
    [InlineData("--prompt", "text")]
    [InlineData("--prompt", "gen_text")]
    [InlineData("--text", "prompt")]
    [InlineData("--text", "text")]
    public async Task Prompt_and_text_fill_whichever_field_the_model_has(string flag, string field) => Assert.Equal(
        $$"""{"{{field}}":"hi"}""", await InputOf($$""" "{{field}}":{"type":"string"} """, flag, "hi"));

    [Fact]
    public async Task Numbers_follow_the_schemas_types()
    {
        var body = await InputOf(
            """
            "duration":{"type":"string","enum":["5","10"]},"seed":{"anyOf":[{"type":"integer"},{"type":"null"}]}
            """,
            "--duration", "5", "--seed", "42");

        Assert.Equal("""{"duration":"5","seed":42}""", body);
    }

    [Fact]
    public async Task A_number_that_is_none_is_a_usage_error()
    {
        Server.Model("acme/m", """ "seed":{"type":"integer"} """);

        Assert.Equal(2, await RunAsync("generate", "-m", "acme/m", "--seed", "abc"));
        Assert.Contains("--seed abc: not a number", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_without_a_field_is_a_usage_error_that_lists_the_fields()
    {
        Server.Model("acme/m", """ "voice":{"type":"string"},"speed":{"type":"number"} """);

        Assert.Equal(2, await RunAsync("generate", "-m", "acme/m", "--prompt", "x"));
        Assert.Contains("Its fields: voice, speed", Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.Requests, seen => seen.Route.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_extra_json_and_flags_are_laid_over_one_another()
    {
        Stdin = """{"a":1,"b":1,"prompt":"file"}""";

        var body = await InputOf(
            """ "prompt":{"type":"string"} """, "--input", "-", "--extra-json", """{"b":2}""", "-p", "flag");

        Assert.Equal("""{"a":1,"b":2,"prompt":"flag"}""", body);
    }

    [Theory]
    [InlineData("image_url", "string", "\"http://files/a.png\"")]
    [InlineData("image_urls", "array", "[\"http://files/a.png\"]")]
    public async Task A_local_picture_is_uploaded(string field, string type, string value)
    {
        Server.On("POST /rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3", """{"token":"t"}""");
        Server.On("POST /v3.fal.media/files/upload", """{"access_url":"http://files/a.png"}""");
        var path = Write("a.png", "PNG");

        var body = await InputOf($$""" "{{field}}":{"type":"{{type}}"} """, "--file", path);

        Assert.Equal($$"""{"{{field}}":{{value}}}""", body);
        var upload = Server.Last("POST /v3.fal.media");
        Assert.Equal("PNG", upload.Body);
        Assert.Equal("Bearer t", upload.Headers["Authorization"]);
        Assert.Equal("image/png", upload.Headers["Content-Type"]);
        Assert.Equal("a.png", upload.Headers["X-Fal-File-Name"]);
    }

    [Fact]
    public async Task Width_and_height_become_a_size() => Assert.Equal(
        """{"image_size":{"width":640,"height":480}}""",
        await InputOf(""" "image_size":{"$ref":"#/components/schemas/Size"} """, "--width", "640", "--height", "480"));

    [Fact]
    public async Task What_travels_beside_the_input_becomes_headers()
    {
        await InputOf("", "--priority", "rush", "--hint", "h", "--start-timeout", "30", "--lifecycle", "3600");

        var headers = Server.Last("POST /queue.fal.run/").Headers;
        Assert.Equal("normal", headers["x-fal-queue-priority"]);
        Assert.Equal("h", headers["x-fal-runner-hint"]);
        Assert.Equal("30", headers["x-fal-request-timeout"]);
        Assert.Equal("""{"expiration_duration_seconds":3600}""", headers["x-fal-object-lifecycle-preference"]);
        Assert.Equal("Key me:secret", headers["authorization"]);
    }

    [Fact]
    public async Task Async_prints_the_bare_id_and_helps_on_stderr()
    {
        await InputOf("", "--async");

        Assert.Equal("r1" + Environment.NewLine, Out);
        Assert.Contains("--status \"r1\" --model \"acme/m\"", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_lines_come_once_and_with_their_control_characters_escaped()
    {
        Server.Model("acme/m", "");
        const string status = "GET /queue.fal.run/acme/m/requests/r1/status?logs=1";
        Server.On(status, """{"status":"IN_PROGRESS","logs":[{"message":"one"}]}""", 202);
        Server.On(status, """
            {"status":"COMPLETED","logs":[{"message":"one"},{"message":"\u001b]0;evil\u0007\u202e"}]}
            """);

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m", "--logs"));

        Assert.Equal(
            ["Status: IN_PROGRESS", "> one", "> \\e]0;evil\\u0007\\u202e", "Status: COMPLETED"],
            Error.Split(Environment.NewLine).SkipWhile(line => line is not "Status: IN_PROGRESS")
                .Where(line => line.Length > 0));
    }

    [Fact]
    public async Task A_wrong_flag_is_told_before_a_file_is_uploaded()
    {
        Server.Model("acme/m", """ "image_url":{"type":"string"} """);

        Assert.Equal(2, await RunAsync("generate", "-m", "acme/m", "--image", Write("a.png", "x"), "--seed", "4"));

        Assert.All(Server.Requests, seen => Assert.StartsWith("GET ", seen.Route, StringComparison.Ordinal));
    }
}
