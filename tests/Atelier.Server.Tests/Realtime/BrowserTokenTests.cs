using Atelier.Protocol;
using Atelier.Server.Hosting;
using Atelier.Server.Keys;
using Atelier.Server.Keys.Tokens;

namespace Atelier.Tests.Server.Realtime;

/// <summary>What a token is worth as time and its key go on.</summary>
public sealed class BrowserTokenTests : IDisposable
{
    readonly DataFolder _folder = DataFolder.Open(Directory.CreateTempSubdirectory("atelier-test-").FullName);
    readonly ManualTime _time = new();
    readonly KeyRing _ring;
    readonly BrowserTokens _tokens;
    readonly EndpointId _echo = EndpointId.Parse("atelier/echo/realtime");

    public BrowserTokenTests()
    {
        _ring = new(_folder, _time);
        _tokens = new(_folder, _ring, _time);
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_folder.Root, recursive: true);
    }

    [Fact]
    public void A_token_is_good_until_its_last_second()
    {
        var key = _ring.Put(ApiKey.Create(), "a", "API");
        var token = _tokens.Issue(key.KeyId, ["echo"], TimeSpan.FromSeconds(120))!;

        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal((key, null), _tokens.Check(token, _echo));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((null, "The token has expired"), _tokens.Check(token, _echo));
    }

    [Fact]
    public void A_token_outlives_a_restart_and_not_its_key_s_secret()
    {
        var key = ApiKey.Create();
        _ring.Put(key, "a", "API");
        var token = _tokens.Issue(key.Id, ["echo"], TimeSpan.FromSeconds(120))!;

        var restarted = new BrowserTokens(_folder, _ring, _time);
        Assert.Null(restarted.Check(token, _echo).Refused);
        _ring.Put(ApiKey.Create() with { Id = key.Id }, "a", "API");

        Assert.Equal((null, "The token is not one of this server"), restarted.Check(token, _echo));
    }

    [Fact]
    public void A_token_of_another_server_is_refused()
    {
        var key = ApiKey.Create();
        _ring.Put(key, "a", "API");
        using var folder = DataFolder.Open(Directory.CreateTempSubdirectory("atelier-test-").FullName);
        var other = new KeyRing(folder, _time);
        other.Put(key, "a", "API");
        var token = new BrowserTokens(folder, other, _time).Issue(key.Id, ["echo"], TimeSpan.FromSeconds(120))!;

        Assert.Equal((null, "The token is not one of this server"), _tokens.Check(token, _echo));
        Directory.Delete(folder.Root, recursive: true);
    }

    [Fact]
    public void The_end_of_a_key_is_told_to_what_it_opened()
    {
        var key = _ring.Put(ApiKey.Create(), "a", "API");
        var end = _ring.EndOf(key);
        Assert.False(end.IsCancellationRequested);

        _ring.Revoke(key.KeyId);

        // The token itself is set at once; what waits for it runs elsewhere.
        Assert.True(end.IsCancellationRequested);
        Assert.True(_ring.EndOf(key).IsCancellationRequested);
    }
}
