namespace Atelier.Server.Tests.Storage;

public sealed class AccessTests : IAsyncLifetime
{
    const string Owner = "Key id:secret";
    const string Other = "Key other:secret";
    const string Stranger = "Key stranger:secret";

    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("allow", 200)]
    [InlineData("forbid", 403)]
    [InlineData("hide", 404)]
    public async Task The_default_decides_for_everybody_but_the_owner(string decision, int status)
    {
        var url = await _host.StoreAsync("x", "{\"initial_acl\":{\"default\":\"" + decision + "\"}}");

        Assert.Equal(status, await StatusAsync(url));
        Assert.Equal(status, await StatusAsync(url, Stranger));
        Assert.Equal(200, await StatusAsync(url, Owner));
        Assert.Equal(200, await StatusAsync(url, Other));
        using var head = new HttpRequestMessage(HttpMethod.Head, url);
        using var response = await _host.Http.SendAsync(head, Cancelled);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_rule_decides_for_the_key_or_account_that_it_names()
    {
        var url = await _host.StoreAsync("x");
        await PutAclAsync(
            url,
            """{"default":"hide","rules":[{"user":"elsewhere","decision":"allow"},{"user":"other","decision":"forbid"}]}""");

        Assert.Equal(404, await StatusAsync(url));
        Assert.Equal(200, await StatusAsync(url, Stranger));
        Assert.Equal(403, await StatusAsync(url, Other));
        Assert.Equal(200, await StatusAsync(url, Owner));
    }

    [Fact]
    public async Task A_hidden_file_answers_as_one_that_never_was()
    {
        var url = await _host.StoreAsync("x", """{"initial_acl":{"default":"hide"}}""");

        using var hidden = await _host.GetAsync(url);
        using var none = await _host.GetAsync("/files/b/00000000/000000000000000000000000_a.txt");

        Assert.Equal(await none.TextAsync(), await hidden.TextAsync());
        Assert.Equal(
            none.Headers.Concat(none.Content.Headers).Select(header => header.Key).Except(["Date"]),
            hidden.Headers.Concat(hidden.Content.Headers).Select(header => header.Key).Except(["Date"]));
    }

    [Fact]
    public async Task The_access_list_is_read_and_replaced()
    {
        var url = await _host.StoreAsync("x");
        Assert.Equal((200, """{"default":"allow","rules":[]}"""), await CallAsync(HttpMethod.Get, AclPath(url)));

        const string list = """{"default":"forbid","rules":[{"user":"u","decision":"allow"}]}""";
        Assert.Equal((200, list), await CallAsync(HttpMethod.Put, AclPath(url), list));
        Assert.Equal((200, list), await CallAsync(HttpMethod.Get, AclPath(url)));
        Assert.Equal(
            (200, """{"default":"allow","rules":[]}"""),
            await CallAsync(HttpMethod.Put, AclPath(url), """{"default":"allow"}"""));
        Assert.Equal(200, await StatusAsync(url));
        Assert.Equal(2, _host.OnDisk.Count);
    }

    [Theory]
    [InlineData("""{"rules":[]}""")]
    [InlineData("""{"default":"maybe"}""")]
    [InlineData("""{"default":"allow","rules":[{"user":"","decision":"allow"}]}""")]
    [InlineData("""{"default":"allow","rules":[{"user":"u"}]}""")]
    [InlineData("""{"default":"allow","rules":{}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task A_malformed_access_list_is_400(string body)
    {
        var url = await _host.StoreAsync("x");

        var (status, answer) = await CallAsync(HttpMethod.Put, AclPath(url), body);

        Assert.Equal(400, status);
        Assert.StartsWith("""{"error":{"type":"validation_error","message":"The body is not valid""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_changes_a_file()
    {
        var url = await _host.StoreAsync("x");

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, AclPath(url), null), (HttpMethod.Put, AclPath(url), """{"default":"hide"}"""),
            (HttpMethod.Post, SignPath(url), """{"expiration_seconds":1}"""),
        })
        {
            Assert.Equal(
                (404, """{"error":{"type":"not_found","message":"There is no such file."}}"""),
                await CallAsync(method, path, body, Stranger));
        }
    }

    [Fact]
    public async Task A_url_must_name_a_file_and_nothing_else()
    {
        var url = await _host.StoreAsync("x");
        Assert.Equal(
            (400, """{"error":{"type":"validation_error","message":"url must have no query string."}}"""),
            await CallAsync(HttpMethod.Get, AclPath(url + "?a=b")));
        Assert.Equal(400, (await CallAsync(HttpMethod.Get, "/v1/storage/files/acl")).Status);
        Assert.Equal(400, (await CallAsync(HttpMethod.Get, AclPath("/files/b/x"))).Status);
        Assert.Equal(400, (await CallAsync(HttpMethod.Get, AclPath("file:///etc/passwd"))).Status);
        Assert.Equal(404, (await CallAsync(HttpMethod.Get, AclPath("https://example.org/files/b/00000000/000000000000000000000000_a"))).Status);
        Assert.Equal(404, (await CallAsync(HttpMethod.Get, AclPath(_host.Url + "/health"))).Status);
        Assert.Equal(200, (await CallAsync(HttpMethod.Get, AclPath("https://v3b.fal.media" + new Uri(url).AbsolutePath))).Status);
    }

    [Fact]
    public async Task A_signed_url_reads_a_hidden_file_until_it_ends()
    {
        var url = await _host.StoreAsync("secret", """{"initial_acl":{"default":"hide"}}""");
        var other = await _host.StoreAsync("other", """{"initial_acl":{"default":"hide"}}""");
        var (status, answer) = await CallAsync(HttpMethod.Post, SignPath(url), """{"expiration_seconds":60}""");
        Assert.Equal(200, status);
        var signed = answer["{\"signed_url\":\"".Length..^2];
        Assert.StartsWith(url + "?identity=", signed, StringComparison.Ordinal);

        using var got = await _host.GetAsync(signed);
        Assert.Equal("secret", await got.TextAsync());
        Assert.Equal("no-cache, private", got.Headers.CacheControl?.ToString());
        Assert.Equal(404, await StatusAsync(other + signed[url.Length..]));
        Assert.Equal(404, await StatusAsync(signed[..^3]));

        _host.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(404, await StatusAsync(signed));
    }

    [Theory]
    [InlineData("""{"expiration_seconds":0}""")]
    [InlineData("""{"expiration_seconds":604801}""")]
    [InlineData("""{"expiration_seconds":1.5}""")]
    [InlineData("""{"expiration_seconds":"1"}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_signature_lasts_from_a_second_to_a_week(string body)
    {
        var url = await _host.StoreAsync("x");

        Assert.Equal(
            (400, """{"error":{"type":"validation_error","message":"expiration_seconds must be a whole number between 1 and 604800."}}"""),
            await CallAsync(HttpMethod.Post, SignPath(url), body));
        Assert.Equal(200, (await CallAsync(HttpMethod.Post, SignPath(url), """{"expiration_seconds":604800}""")).Status);
    }

    [Fact]
    public async Task A_keys_settings_hold_for_its_new_files_until_a_request_says_otherwise()
    {
        const string none = """{"expiration_duration_seconds":null,"initial_acl":null}""";
        const string settings = """{"expiration_duration_seconds":60,"initial_acl":{"default":"forbid","rules":[]}}""";
        Assert.Equal((200, none), await CallAsync(HttpMethod.Get, "/v1/storage/settings"));
        Assert.Equal(
            (200, settings),
            await CallAsync(HttpMethod.Put, "/v1/storage/settings", settings));
        Assert.Equal((200, none), await CallAsync(HttpMethod.Get, "/v1/storage/settings", authorization: Other));

        var url = await _host.StoreAsync("x");
        var loud = await _host.StoreAsync("x", """{"initial_acl":{"default":"allow"}}""");
        var output = await _host.SaveFile(
            new("local", _host.Url, null, "id"), new MemoryStream([1]), "image/png", "a.png", Cancelled);
        Assert.Equal(403, await StatusAsync(url));
        Assert.Equal(200, await StatusAsync(loud));
        Assert.Equal(403, await StatusAsync(output.Url));
        _host.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(404, await StatusAsync(url, Owner));
        Assert.Equal(404, await StatusAsync(loud));

        Assert.Equal((200, none), await CallAsync(HttpMethod.Put, "/v1/storage/settings", "{}"));
        Assert.Equal(200, await StatusAsync(await _host.StoreAsync("x")));
    }

    [Theory]
    [InlineData("""{"expiration_duration_seconds":0}""")]
    [InlineData("""{"initial_acl":{"default":"x"}}""")]
    [InlineData("""{"initial_acl":{"default":"\ud800"}}""")]
    [InlineData("7")]
    public async Task Malformed_settings_are_400(string body) =>
        Assert.Equal(400, (await CallAsync(HttpMethod.Put, "/v1/storage/settings", body)).Status);

    [Fact]
    public async Task Settings_that_are_no_UTF8_are_400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/storage/settings")
        {
            Content = new ByteArrayContent([.. "{\"initial_acl\":{\"default\":\""u8, 0xe1, .. "\"}}"u8]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", Owner);

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_hidden_file_still_serves_its_owner_as_an_input()
    {
        var url = await _host.StoreAsync("mine", """{"initial_acl":{"default":"hide"}}""");
        using var call = _host.BeginCall();
        using var request = StorageHost.FromRunner(HttpMethod.Get, $"/fetch?url={Uri.EscapeDataString(url)}");

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal("mine", await response.TextAsync());
    }

    static string AclPath(string url) => "/v1/storage/files/acl?url=" + Uri.EscapeDataString(url);

    static string SignPath(string url) => "/v1/storage/files/sign?url=" + Uri.EscapeDataString(url);

    async Task PutAclAsync(string url, string list) =>
        Assert.Equal(200, (await CallAsync(HttpMethod.Put, AclPath(url), list)).Status);

    async Task<int> StatusAsync(string url, string? authorization = null)
    {
        using var response = await _host.GetAsync(
            url, authorization is null ? [] : [("Authorization", authorization)]);
        return (int)response.StatusCode;
    }

    async Task<(int Status, string Body)> CallAsync(
        HttpMethod method, string path, string? body = null, string authorization = Owner)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : Wire.Body(body, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _host.Http.SendAsync(request, Cancelled);
        return ((int)response.StatusCode, await response.TextAsync());
    }
}
