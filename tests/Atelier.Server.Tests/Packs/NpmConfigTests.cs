using Atelier.Server.Packs;
using Atelier.Server.Packs.Npm;
using Atelier.Server.Tests.Packs.Support;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class NpmConfigTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("atelier-home-").FullName;
    readonly string _project = Directory.CreateTempSubdirectory("atelier-project-").FullName;

    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("registry=https://user.example/npm", "", "", "https://user.example/npm/")]
    [InlineData("registry=https://user.example/", "registry = https://project.example", "", "https://project.example/")]
    [InlineData("", "registry=https://project.example", "npm_config_registry=https://e.example", "https://e.example/")]
    [InlineData("", "", "NPM_CONFIG_REGISTRY=http://127.0.0.1:4873", "http://127.0.0.1:4873/")]
    [InlineData("# registry=https://a.example\n; registry=https://b.example", "", "", null)]
    [InlineData("registry=\"https://quoted.example/\"", "", "", "https://quoted.example/")]
    [InlineData("registry=https://${MIRROR}/npm", "", "MIRROR=m.example", "https://m.example/npm/")]
    [InlineData("registry=ftp://a.example", "", "", null)]
    public void The_registry_is_the_one_that_npm_would_use(
        string user, string project, string variable, string? expected)
    {
        Assert.Equal(expected, Config(user, project, variable).Registry("demo")?.ToString());
    }

    [Fact]
    public void A_scope_may_have_a_registry_of_its_own()
    {
        var config = Config("registry=https://all.example/\n@img:registry=https://img.example/", "", "");
        Assert.Equal("https://img.example/", config.Registry("@img/sharp")?.ToString());
        Assert.Equal("https://all.example/", config.Registry("@other/sharp")?.ToString());
    }

    [Theory]
    [InlineData("https://a.example/npm/demo", "Bearer t1")]
    [InlineData("https://a.example/npm/-/demo-1.0.0.tgz", "Bearer t1")]
    [InlineData("https://a.example/other/demo", null)]
    [InlineData("https://a.example/", null)]
    [InlineData("https://a.example:8443/npm/demo", null)]
    [InlineData("https://b.example/deep/er/demo", "Basic dTpw")]
    [InlineData("https://evil-a.example/npm/demo", null)]
    public void A_token_goes_only_to_its_host_and_path(string address, string? expected)
    {
        var config = Config("//a.example/npm/:_authToken=${TOKEN}\n//b.example/:_auth=dTpw", "", "TOKEN=t1");
        Assert.Equal(expected, config.Authorization(new(address))?.ToString());
    }

    [Fact]
    public async Task A_tarball_on_another_host_does_not_get_the_registrys_token()
    {
        await using var bench = await StartAsync();
        await using var elsewhere = await FakeRegistry.StartAsync();
        var tarball = Tarball(("package/model.onnx", "weights"));
        elsewhere.Files["/demo.tgz"] = tarball;
        bench.Registry.Publish(Package, "1.0.0", tarball, Integrity(tarball), elsewhere.Address + "demo.tgz");
        await File.WriteAllTextAsync(
            Path.Combine(bench.Root, ".npmrc"),
            $"//{bench.Registry.Address.Authority}/:_authToken=secret",
            TestContext.Current.CancellationToken);
        using var store = bench.Store(Pack("demo", tarball, Wanted("model.onnx", "weights")));
        await store.EnsureAsync(["demo"], _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal("Bearer secret", Assert.Single(bench.Registry.Requests).Authorization);
        Assert.Equal("", Assert.Single(elsewhere.Requests).Authorization);
    }

    [Fact]
    public async Task A_scoped_package_is_asked_for_as_one_path_segment()
    {
        await using var bench = await StartAsync();
        var tarball = Tarball(("package/model.onnx", "weights"));
        bench.Registry.Publish("@img/demo", "1.0.0", tarball, integrity: null);
        var pack = Pack("demo", new PackSource
        {
            From = "npm:@img/demo@1.0.0",
            Integrity = Integrity(tarball),
            Bytes = tarball.Length,
            Files = [Wanted("model.onnx", "weights")],
        });
        using var store = bench.Store(pack);
        await store.EnsureAsync(["demo"], _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal("/@img%2fdemo", bench.Registry.Requests.First().Path);
    }

    public void Dispose()
    {
        Directory.Delete(_home, recursive: true);
        Directory.Delete(_project, recursive: true);
    }

    NpmConfig Config(string user, string project, string variable)
    {
        File.WriteAllText(Path.Combine(_home, ".npmrc"), user);
        File.WriteAllText(Path.Combine(_project, ".npmrc"), project);

        Dictionary<string, string> variables = new() { ["HOME"] = _home };
        if (variable.Split('=') is [var name, var value])
        {
            variables[name] = value;
        }

        return new(new PackEnvironment(variables, _project, "linux-x64"));
    }
}
