namespace Atelier.Tests.Apps.Serving;

/// <summary>Input and output files of a call, against a gateway that writes down what it is asked.</summary>
[Collection("console")]
public sealed class CallFilesTests
{
    const string Stored = """{"url":"http://g/files/b/1/x.png","content_type":"image/png","file_name":"ü.png","file_size":3}""";

    [Fact]
    public async Task An_output_file_is_posted_to_the_gateway_in_the_request_s_name()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Answer = Stored;
        await using var app = await RunningApp.StartAsync(gateway.Address);
        var response = await app.PostAsync("/files", """{"image_url":"data:image/png;base64,YWJj"}""", "x-fal-request-id: r-5");
        Assert.Equal(
            """{"image":{"url":"http://g/files/b/1/x.png","content_type":"image/png","file_name":"ü.png","file_size":3,"width":2,"height":3}}""",
            RunningApp.Body(response));
        Golden.AssertEqual("save.request.txt", Assert.Single(gateway.Requests) + "\n");
    }

    [Fact]
    public async Task A_gateway_that_cannot_store_now_makes_the_attempt_repeatable_and_keeps_the_runner()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Status = 503;
        await using var app = await RunningApp.StartAsync(gateway.Address);
        var response = await app.PostAsync("/files", """{"image_url":"data:image/png;base64,YWJj"}""");
        Assert.Equal(503, RunningApp.Status(response));
        Assert.Contains("x-fal-stop-runner: 0", response, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""{"detail":"The server cannot store files at the moment."}""", RunningApp.Body(response));
    }

    [Fact]
    public async Task In_sync_mode_nothing_is_stored()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/files", """{"image_url":"data:image/png,a%62c","sync_mode":"true"}""");
        Assert.Equal(
            """{"image":{"url":"data:image/png;base64,YWJj","content_type":"image/png","file_name":"ü.png","file_size":3,"width":2,"height":3}}""",
            RunningApp.Body(response));
    }

    [Fact]
    public async Task An_input_address_is_fetched_by_the_gateway()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Answer = "abc";
        await using var app = await RunningApp.StartAsync(gateway.Address);
        var response = await app.PostAsync(
            "/files", """{"image_url":"https://example.com/a b?c=d&e","sync_mode":true}""", "x-fal-request-id: r-6");
        Assert.Equal(200, RunningApp.Status(response));
        Golden.AssertEqual("fetch.request.txt", Assert.Single(gateway.Requests) + "\n");
    }

    [Theory]
    [InlineData("file_download_error", "")]
    [InlineData("file_too_large", ""","ctx":{"max_size":1000}""")]
    public async Task What_the_gateway_refuses_names_the_field(string type, string context)
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Status = 422;
        gateway.Answer = $$"""{"type":"{{type}}","msg":"Not so."}""";
        await using var app = await RunningApp.StartAsync(gateway.Address);
        var response = await app.PostAsync("/files", """{"image_url":"http://10.0.0.1/"}""");
        Assert.Equal(422, RunningApp.Status(response));
        Assert.Equal(
            $$$"""{"detail":[{"loc":["body","image_url"],"msg":"Not so.","type":"{{{type}}}"{{{context}}},"url":"https://docs.fal.ai/errors/#{{{type}}}"}]}""",
            RunningApp.Body(response));
    }

    [Theory]
    [InlineData("file:///etc/passwd", "file_download_error")]
    [InlineData("/etc/passwd", "file_download_error")]
    [InlineData("ftp://example.com/a", "file_download_error")]
    [InlineData("data:nothing", "file_download_error")]
    [InlineData("data:;base64,*", "file_download_error")]
    public async Task Other_addresses_are_refused_here(string url, string type)
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/files", $$"""{"image_url":"{{url}}"}""");
        Assert.Equal(422, RunningApp.Status(response));
        Assert.Contains($"\"type\":\"{type}\"", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_uri_over_the_limit_is_too_large()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync(
            "/files", $$"""{"image_url":"data:;base64,{{Convert.ToBase64String(new byte[1001])}}"}""");
        Assert.Contains("\"type\":\"file_too_large\",\"ctx\":{\"max_size\":1000}", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_cannot_store_is_a_fault_not_the_caller_s()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Status = 507;
        await using var app = await RunningApp.StartAsync(gateway.Address);
        var response = await app.PostAsync("/files", """{"image_url":"data:,a"}""");
        Assert.Equal((500, """{"detail":"Internal Server Error"}"""), (RunningApp.Status(response), RunningApp.Body(response)));
    }
}
