using Atelier.Server.Webhooks;
using Atelier.Server.Webhooks.Signing;

namespace Atelier.Tests.Server.Webhooks;

public sealed class SignatureKeysTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("atelier-keys-").FullName;
    readonly ManualTime _time = new();
    readonly WebhookOptions _options = new();

    string KeysPath => Path.Combine(_folder, "webhook-keys.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_need_makes_one_key_and_every_start_has_it()
    {
        var keys = Open();
        Assert.False(File.Exists(KeysPath));
        var made = Assert.Single(keys.Published);

        var again = Open();

        Assert.Equal(made.Id, Assert.Single(again.Published).Id);
        Assert.Equal(made.Seed, again.Current.Seed);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysPath));
    }

    [Fact]
    public void Many_at_once_make_one_key()
    {
        var keys = Open();

        var ids = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8).Select(_ => keys.Current.Id);

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void A_new_key_is_published_a_day_before_it_signs_and_the_old_one_a_day_after()
    {
        var keys = Open();
        var old = keys.Current.Id;
        var next = keys.Rotate()!.Id;
        Assert.Equal([old, next], Ids(keys));
        Assert.Equal(old, keys.Current.Id);
        Assert.Null(keys.Rotate());

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(next, keys.Current.Id);
        Assert.Equal([old, next], Ids(Open()));

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([next], Ids(keys));
        Assert.NotNull(keys.Rotate());
        Assert.Equal(2, Ids(Open()).Length);
    }

    [Fact]
    public void A_compromised_key_is_gone_at_once()
    {
        var keys = Open();
        var old = keys.Current.Id;
        keys.Rotate();

        var only = keys.Replace().Id;

        Assert.NotEqual(old, only);
        Assert.Equal([only], Ids(keys));
        Assert.Equal([only], Ids(Open()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"seed":"00","created_at":"2026-01-01T00:00:00Z","signs_from":"2026-01-01T00:00:00Z"}]}""")]
    public void A_damaged_file_is_told_and_left_alone(string content)
    {
        File.WriteAllText(KeysPath, content);

        var fault = Assert.Throws<SigningUnavailableException>(() => Open().Published);

        Assert.StartsWith("webhook-keys.json in the data folder is damaged.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(KeysPath));
    }

    [Fact]
    public void A_keys_id_is_its_thumbprint()
    {
        // RFC 8037, appendix A.3.
        var seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

        var key = SignatureKey.Of(seed, default, default);

        Assert.Equal("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", key.X);
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.Id);
    }

    SignatureKeys Open() => new(KeysPath, _options, _time);

    static string[] Ids(SignatureKeys keys) => [.. keys.Published.Select(key => key.Id)];
}
