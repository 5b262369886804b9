using System.Text.Json;
using Atelier.Cli.Output;

namespace Atelier.Cli.Tests;

public sealed class OutputTests : CliTest
{
    [Fact]
    public async Task One_file_is_saved_under_the_name_asked_for()
    {
        Server.OnBytes("GET /v3.fal.media/files/b/fox.wav", [1, 2, 3], "audio/wav");
        Server.Model("acme/m", "", $$"""{"audio":{"url":"{{Server.Url}}/v3.fal.media/files/b/fox.wav"} }""");

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m", "--output", At("out.wav")));

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(At("out.wav"), TestContext.Current.CancellationToken));
        Assert.Equal(["out.wav"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Several_files_are_numbered()
    {
        Server.Model("acme/m", "", """
            {"images":[{"url":"data:image/png;base64,AQ==","width":1},{"url":"data:image/png;base64,Ag==","width":1}]}
            """);

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m", "-o", At("a.png")));

        Assert.Equal([1], await File.ReadAllBytesAsync(At("a-1.png"), TestContext.Current.CancellationToken));
        Assert.Equal([2], await File.ReadAllBytesAsync(At("a-2.png"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_existing_file_is_refused_before_anything_is_sent()
    {
        var path = Write("a.png", "old");

        Assert.Equal(2, await RunAsync("generate", "-m", "acme/m", "-o", path));

        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Force_replaces_an_existing_file()
    {
        var path = Write("a.png", "old");
        Server.Model("acme/m", "", """{"image":{"url":"data:image/png,new","width":1}}""");

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m", "-o", path, "--force"));

        Assert.Equal("new", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_from_the_server_never_leaves_the_folder()
    {
        Directory.CreateDirectory(At("out"));
        Server.Model("acme/m", "", """
            {"images":[{"url":"data:image/png,1","file_name":"../../evil.png"},
            {"url":"data:image/png,2","file_name":"..\\..\\evil.png"},{"url":"data:image/png,3","file_name":".."},
            {"url":"data:image/png,4","file_name":"/etc/pass\u001bwd"}]}
            """);

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m", "-o", At("out")));

        Assert.Equal(
            ["evil-2.png", "evil.png", "output.png", "pass_wd"],
            Directory.GetFiles(At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetDirectories(Folder));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_broken_download_leaves_no_file()
    {
        Server.Model("acme/m", "", $$"""{"image":{"url":"{{Server.Url}}/gone.png"} }""");

        Assert.Equal(3, await RunAsync("generate", "-m", "acme/m", "-o", At("a.png")));

        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_result_without_files_prints_its_json_and_says_so()
    {
        Server.Model("acme/m", "", """{"text":"x"}""");

        Assert.Equal(1, await RunAsync("generate", "-m", "acme/m", "-o", At("a.png")));

        Assert.Equal("""{"text":"x"}""" + Environment.NewLine, Out);
        Assert.Contains("holds no file", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_person_reads_a_summary()
    {
        OnTerminal = true;
        Server.Model("acme/m", "", """{"images":[{"url":"http://h/a.png","width":1024,"height":768}]}""");

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/m"));

        Assert.StartsWith("http://h/a.png\n• 1024×768 | Generated in ", Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_prints_the_address_and_nothing_else()
    {
        Server.On("POST /rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3", """{"token":"t"}""");
        Server.On("POST /v3.fal.media/files/upload", """{"access_url":"http://files/a.txt"}""");

        Assert.Equal(0, await RunAsync("upload", "--file", Write("a.txt", "x")));

        Assert.Equal("http://files/a.txt" + Environment.NewLine, Out);
    }

    [Fact]
    public async Task Pull_shows_progress_and_answers_the_last_line()
    {
        Server.On("POST /api.fal.ai/v1/models/pull", """
            {"pack":"kokoro","bytes":1,"total":1000}
            {"pack":"kokoro","bytes":1000,"total":1000}
            {"done":true,"packs":["kokoro"]}
            """, type: "application/x-ndjson");

        Assert.Equal(0, await RunAsync("models", "pull", "kokoro"));

        Assert.Equal("""{"done":true,"packs":["kokoro"]}""" + Environment.NewLine, Out);
        Assert.Equal("""{"pack":"kokoro"}""", Server.Last("POST").Body);
    }

    [Theory]
    [InlineData(false, "a/here  json\na/pull  json  (after: models pull)  (a stand-in of the same family)\nf/away  text-to-image  (fal's, not here)\nf/*     text-to-image  (a family of models)\n")]
    [InlineData(true, "a/here  json\na/pull  json  (after: models pull)  (a stand-in of the same family)\n")]
    public async Task A_person_reads_of_each_model_what_a_call_would_meet(bool here, string expected)
    {
        OnTerminal = true;
        Server.On("GET /api.fal.ai/v1/models?limit=100", """
            {"models":[
            {"endpoint_id":"a/here","metadata":{"category":"json","availability":"local"},"x-atelier":{"callable":true}},
            {"endpoint_id":"a/pull","metadata":{"category":"json","availability":"needs_weights","fidelity":"like"},"x-atelier":{"callable":true}},
            {"endpoint_id":"f/away","metadata":{"category":"text-to-image","availability":"upstream"},"x-atelier":{"callable":false}},
            {"endpoint_id":"f/*","metadata":{"category":"text-to-image","availability":"family"},"x-atelier":{"callable":false}}
            ],"next_cursor":null,"has_more":false}
            """);

        Assert.Equal(0, await RunAsync(here ? ["models", "list", "--here"] : ["models", "list"]));

        Assert.Equal(expected, Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_pull_that_fails_says_why()
    {
        Server.On("POST /api.fal.ai/v1/models/pull", """{"error":"The hash is wrong."}""");

        Assert.Equal(1, await RunAsync("models", "pull", "acme/m"));
        Assert.Contains("Error: The hash is wrong.", Error, StringComparison.Ordinal);
        Assert.Equal("""{"endpoint_id":"acme/m"}""", Server.Last("POST").Body);
    }

    [Fact]
    public void Only_media_counts_as_a_file()
    {
        using var document = JsonDocument.Parse("""
            {"echo":{"image_url":"http://h/in.png"},"site":{"url":"http://h/page"},"video_url":"http://h/v.mp4",
            "nested":[{"mesh":{"url":"http://h/m.glb"}}],"bad":{"url":"javascript:x","content_type":"image/png"}}
            """);

        Assert.Equal(
            ["http://h/v.mp4", "http://h/m.glb"],
            MediaFile.FindAll(document.RootElement).Select(file => file.Url));
    }
}
