using System.Net;
using System.Text.Json;

namespace Atelier.Server.Tests.Storage;

public sealed class MultipartTests : IAsyncLifetime
{
    StorageHost _host = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StorageHost.StartAsync(options =>
    {
        options.PartMaxBytes = 1000;
        options.MultipartMaxBytes = 2500;
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Parts_in_any_order_become_one_file()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var third = await upload.PutAsync(3, "!");
        var first = await upload.PutAsync(1, "hello ");
        var second = await upload.PutAsync(2, "world");

        using var complete = await upload.CompleteAsync((2, second), (3, third), (1, first));

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal("application/json", complete.Content.Headers.ContentType?.ToString());
        Assert.Equal($$"""{"file_url":"{{upload.FileUrl}}"}""", await complete.TextAsync());
        using var got = await _host.GetAsync(upload.FileUrl);
        Assert.Equal("hello world!", await got.TextAsync());
        Assert.Equal("video/mp4", got.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("-3\"", got.Headers.ETag?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_is_answered_in_the_body_and_in_the_header()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);

        using var put = await _host.PutAsync(upload.PartUrl(1), Wire.Body("x", null));

        // The SHA-256 of x.
        const string tag = "\"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"";
        Assert.Equal(tag, put.Headers.ETag?.ToString());
        Assert.Equal("application/json", put.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(await put.TextAsync());
        Assert.Equal(1, json.RootElement.GetProperty("partNumber").GetInt32());
        Assert.Equal(tag, json.RootElement.GetProperty("etag").GetString());
    }

    [Fact]
    public async Task The_last_version_of_a_part_wins_and_the_former_is_gone()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var former = await upload.PutAsync(1, "first");
        var latter = await upload.PutAsync(1, "second");

        using var refused = await upload.CompleteAsync((1, former));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Part 1 was uploaded with the ETag", await refused.TextAsync(), StringComparison.Ordinal);

        using var complete = await upload.CompleteAsync((1, latter));
        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal("second", await _host.Http.GetStringAsync(upload.FileUrl, Cancelled));
        Assert.Equal(2, _host.OnDisk.Count);
    }

    [Fact]
    public async Task The_end_names_what_is_wrong_with_a_part()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var tag = await upload.PutAsync(1, "x");

        foreach (var (parts, sentence) in new[]
        {
            ($$"""{"parts":[{"partNumber":1,"etag":{{tag}}},{"partNumber":7,"etag":{{tag}}}]}""", "Part 7 was not uploaded."),
            ($$"""{"parts":[{"partNumber":1,"etag":{{tag}}},{"partNumber":1,"etag":{{tag}}}]}""", "Part 1 is named twice."),
            ("""{"parts":[{"partNumber":1,"etag":"other"}]}""", "Part 1 was uploaded with the ETag"),
            ("""{"parts":[]}""", "The body must be"),
            ("""{"parts":[null]}""", "The body must be"),
            ("""{"parts":[{"partNumber":1}]}""", "The body must be"),
            ("""{"parts":[{"etag":"x"}]}""", "The body must be"),
            ("""{}""", "The body must be"),
            ("", "The body must be"),
            ("{", "The body must be"),
        })
        {
            using var response = await upload.CompleteAsync(parts);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(sentence, await response.TextAsync(), StringComparison.Ordinal);
        }

        using var complete = await upload.CompleteAsync((1, tag));
        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
    }

    [Fact]
    public async Task A_repeated_end_answers_the_same_and_another_one_is_409()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var first = await upload.PutAsync(1, "a");
        var second = await upload.PutAsync(2, "b");

        var answers = await Task.WhenAll(
            upload.CompleteAsync((1, first), (2, second)), upload.CompleteAsync((2, second), (1, first)));
        using var other = await upload.CompleteAsync((1, first));
        using var late = await _host.PutAsync(upload.PartUrl(1), Wire.Body("late"));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(await answers[0].TextAsync(), await answers[1].TextAsync());
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Equal("ab", await _host.Http.GetStringAsync(upload.FileUrl, Cancelled));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10001")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("x")]
    [InlineData("99999999999")]
    public async Task A_part_has_a_number_from_1_to_10000(string number)
    {
        var upload = await MultipartUpload.InitiateAsync(_host);

        using var response = await _host.PutAsync(upload.PartUrl(number), Wire.Body("x"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"detail":"The number of a part is 1 to 10000.","error_type":"bad_request"}""", await response.TextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_empty_part_is_400(bool chunked)
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.PartUrl(2)) { Content = Wire.Body([]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"detail":"Part 2 is empty.","error_type":"bad_request"}""", await response.TextAsync());
        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task A_part_over_its_limit_and_parts_over_the_limit_of_all_are_413()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        using var large = await _host.PutAsync(upload.PartUrl(1), Wire.Body(new byte[1001]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        await upload.PutAsync(1, new string('a', 1000));
        await upload.PutAsync(2, new string('b', 1000));
        using var third = await _host.PutAsync(upload.PartUrl(3), Wire.Body(new byte[501]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, third.StatusCode);
        Assert.Equal("""{"detail":"The file is larger than the limit of 2500 bytes."}""", await third.TextAsync());

        // A replaced part gives its room back.
        await upload.PutAsync(2, new string('c', 100));
        await upload.PutAsync(3, new string('d', 1000));
    }

    [Fact]
    public async Task A_part_that_broke_off_leaves_nothing_and_what_is_there_can_be_asked()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var tag = await upload.PutAsync(2, "kept");
        var ticket = upload.Ticket(_host);
        using var body = new StuckStream("half"u8.ToArray());
        var put = _host.Parts.PutAsync(ticket, 1, body, Cancelled);
        await body.Stuck;
        body.Break(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => put);

        using var list = await _host.GetAsync(upload.UploadUrl);
        Assert.Equal("application/json", list.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            $$"""{"parts":[{"partNumber":2,"etag":{{tag}},"size":4}]}""",
            await list.TextAsync());
        Assert.Equal(2, _host.OnDisk.Count);
    }

    [Fact]
    public async Task A_part_without_its_pass_is_403()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var other = await MultipartUpload.InitiateAsync(_host);
        var bare = upload.PartUrl(1).Split('?')[0];
        var borrowed = bare + "?" + other.PartUrl(1).Split('?')[1];

        foreach (var url in new[] { bare, borrowed, bare + "?pass=.", bare.Replace("/multipart/", "/multipart/x", StringComparison.Ordinal) })
        {
            using var response = await _host.PutAsync(url, Wire.Body("x"));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using var stranger = await upload.SendAsync(HttpMethod.Put, bare, Wire.Body("x"), "Key stranger:secret");
        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
        using var owner = await upload.SendAsync(HttpMethod.Put, bare, Wire.Body("x"), "Key id:secret");
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
    }

    [Fact]
    public async Task An_upload_ends_after_its_lifetime_and_is_swept()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var tag = await upload.PutAsync(1, "x");
        Assert.Equal(0, _host.Sweeper.Sweep(Cancelled));
        Assert.Equal(2, _host.OnDisk.Count);

        // A tick over: the end on disk is in whole seconds.
        _host.Time.Advance(TimeSpan.FromDays(1));

        using var late = await upload.CompleteAsync((1, tag));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        _host.Sweeper.Sweep(Cancelled);
        Assert.Empty(_host.OnDisk);
    }

    [Fact]
    public async Task An_upload_can_be_given_up_and_begun_anew()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        await upload.PutAsync(1, "x");

        using var abort = await upload.SendAsync(HttpMethod.Delete, upload.UploadUrl);
        Assert.Equal(HttpStatusCode.NoContent, abort.StatusCode);
        Assert.Empty(_host.OnDisk);

        var tag = await upload.PutAsync(1, "y");
        using var complete = await upload.CompleteAsync((1, tag));
        Assert.Equal("y", await _host.Http.GetStringAsync(upload.FileUrl, Cancelled));
    }

    [Fact]
    public async Task Parts_outlive_the_server()
    {
        var folder = Directory.CreateTempSubdirectory("atelier-storage-").FullName;
        var first = await StorageHost.StartAsync(dataFolder: folder);
        var upload = await MultipartUpload.InitiateAsync(first);
        var one = await upload.PutAsync(1, "kept ");
        await first.StopAsync();

        await using var second = await StorageHost.StartAsync(dataFolder: folder);
        second.Sweeper.Sweep(Cancelled);
        var again = upload.On(second);
        var two = await again.PutAsync(2, "later");
        using var complete = await again.CompleteAsync((1, one), (2, two));

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal("kept later", await second.Http.GetStringAsync(again.FileUrl, Cancelled));
        using var repeated = await again.CompleteAsync((1, one), (2, two));
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-3", "abcd")]
    [InlineData("bytes=2-6", "cdefg")]
    [InlineData("bytes=-4", "ghij")]
    [InlineData("bytes=3-3", "d")]
    public async Task A_range_crosses_parts(string range, string body)
    {
        var upload = await MultipartUpload.InitiateAsync(_host);
        var tags = new List<(int, string)>();
        foreach (var (text, n) in new[] { "abc", "d", "efg", "hij" }.Select((text, index) => (text, index + 1)))
        {
            tags.Add((n, await upload.PutAsync(n, text)));
        }

        using var complete = await upload.CompleteAsync([.. tags]);

        using var response = await _host.GetAsync(upload.FileUrl, ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(body, await response.TextAsync());
    }

    [Fact]
    public async Task A_nameless_content_gets_its_type_from_the_first_part()
    {
        var upload = await MultipartUpload.InitiateAsync(_host, contentType: null);
        var second = await upload.PutAsync(2, "%PDF-other");
        var first = await upload.PutAsync(1, "GIF89a");

        using var complete = await upload.CompleteAsync((1, first), (2, second));

        using var got = await _host.GetAsync(upload.FileUrl);
        Assert.Equal("image/gif", got.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Many_parts_at_once_keep_their_own_bytes()
    {
        var upload = await MultipartUpload.InitiateAsync(_host);

        var tags = await Task.WhenAll(Enumerable.Range(1, 20).Select(
            async n => (n, await upload.PutAsync(n, new string((char)('a' + n), 100)))));
        using var complete = await upload.CompleteAsync([.. tags.Reverse()]);

        Assert.Equal(
            string.Concat(Enumerable.Range(1, 20).Select(n => new string((char)('a' + n), 100))),
            await _host.Http.GetStringAsync(upload.FileUrl, Cancelled));
    }

    [Fact]
    public async Task The_largest_ticket_still_fits_into_a_request_line()
    {
        var rules = string.Join(',', Enumerable.Range(0, 32).Select(
            n => $$"""{"user":"{{new string('u', 62)}}{{n:D2}}","decision":"forbid"}"""));
        var upload = await MultipartUpload.InitiateAsync(
            _host, new string('写', 255), new string('t', 200) + "/x",
            "{\"expiration_duration_seconds\":3153600000,\"initial_acl\":{\"default\":\"allow\",\"rules\":[" + rules + "]}}");

        var tag = await upload.PutAsync(10_000, "x");
        using var complete = await upload.CompleteAsync((10_000, tag));

        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
    }
}
