using System.Collections;
using Atelier.Server.Hosting;

namespace Atelier.Tests.Server.Hosting;

public sealed class SettingsTests
{
    static readonly Dictionary<string, string> None = [];

    [Fact]
    public void A_flag_beats_the_environment_and_the_environment_beats_the_file()
    {
        var settings = new Settings(new(
            SettingSources.ReadFlags(["--port", "1"]),
            SettingSources.ReadEnvironment(new Hashtable { ["ATELIER_PORT"] = "2", ["ATELIER_HOST"] = "127.0.0.2", ["HOME"] = "/" }),
            new Dictionary<string, string> { ["port"] = "3", ["host"] = "127.0.0.3", ["idle_timeout"] = "30m" }));

        var options = settings.Bind<ServerOptions>("");

        Assert.Equal((1, "127.0.0.2", TimeSpan.FromMinutes(30)), (options.Port, options.Host, options.IdleTimeout));
        Assert.Equal("flag", settings.InForce.Single(setting => setting.Key == "port").Source);
        Assert.Equal("default", settings.InForce.Single(setting => setting.Key == "exact").Source);
    }

    [Fact]
    public void An_unknown_key_names_the_nearest()
    {
        var settings = new Settings(new(None, None, new Dictionary<string, string> { ["prot"] = "3" }));
        settings.Bind<ServerOptions>("");

        var fault = Assert.Throws<ConfigurationException>(settings.RefuseUnknown);
        Assert.Equal("There is no setting \"prot\". The nearest is \"port\"; `atelier config` lists all.", fault.Message);
    }

    [Theory]
    [InlineData("port", "70000", "port: The field port must be between 0 and 65535.")]
    [InlineData("port", "x", "port: \"x\" is not a number.")]
    [InlineData("public_url", "media.example.org", "public_url: The value must be a URL such as https://media.example.org.")]
    [InlineData("otlp_endpoint", "collector:4318", "otlp_endpoint: The value must be a URL such as https://media.example.org.")]
    [InlineData("trusted_proxies", "proxy", "trusted_proxies: The value must be a list of addresses (10.0.0.2) or networks (10.1.0.0/16).")]
    [InlineData("slow_body_timeout", "1s", "slow_body_timeout: The field slow_body_timeout must be between 00:00:02 and 01:00:00.")]
    [InlineData("idle_timeout", "soon", "idle_timeout: \"soon\" is not a duration, such as 40ms, 30s, 5m, 2h or 30d.")]
    public void A_wrong_value_is_a_sentence(string key, string value, string sentence)
    {
        var settings = new Settings(new(None, new Dictionary<string, string> { [key] = value }, None));

        Assert.Equal(sentence, Assert.Throws<ConfigurationException>(() => settings.Bind<ServerOptions>("")).Message);
    }

    [Theory]
    [InlineData("ATELIER_SERVER_PROGRAM")]
    [InlineData("ATELIER_COMMAND")]
    [InlineData("ATELIER_RUNNER_PROGRAM")]
    [InlineData("ATELIER_PACKS")]
    [InlineData("ATELIER_KEY")]
    public void A_variable_of_another_program_is_no_setting(string name) =>
        Assert.Empty(SettingSources.ReadEnvironment(new Hashtable { [name] = "x" }));

    [Fact]
    public void The_file_cannot_name_the_folder_that_it_lies_in()
    {
        var folder = Directory.CreateTempSubdirectory("atelier-test-").FullName;
        File.WriteAllText(Path.Combine(folder, "atelier.json"), """{"data":"/elsewhere"}""");

        Assert.Throws<ConfigurationException>(() => SettingSources.ReadFolder(folder));
    }

    [Fact]
    public void A_key_is_never_shown()
    {
        var settings = new Settings(new(new Dictionary<string, string> { ["key"] = "id:secret" }, None, None));
        settings.Bind<ServerOptions>("");

        Assert.DoesNotContain(settings.InForce, setting => setting.Value.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("40ms", 40)]
    [InlineData("30", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2h", 7_200_000)]
    public void Durations_are_written_as_people_write_them(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }
}
