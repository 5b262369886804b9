using System.Net.Mime;
using Atelier.Server.Calls;
using Atelier.Server.Runners;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Echo;

/// <summary>The built runner program, composed as in the server, and a gateway that stores its files.</summary>
public sealed class EchoProcessFixture : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("atelier-test-");
    readonly WebApplication _gateway;

    public EchoProcessFixture()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PreparePacks>((_, _, _) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>()));
        builder.Services.AddSingleton<GatewayAddress>(provider => () =>
            provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        builder.Services.AddRunners(new(), diagnostics: true, exact: false, _folder.FullName);
        _gateway = builder.Build();
        _gateway.MapPost("/storage/runner/files", StoreAsync);
    }

    public RunnerFleets Fleets => _gateway.Services.GetRequiredService<RunnerFleets>();

    public HostedApp App => _gateway.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo-process")!;

    public async ValueTask InitializeAsync() => await _gateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    static async Task StoreAsync(HttpContext context)
    {
        var id = context.Request.Headers["x-fal-request-id"].ToString();
        var token = context.Request.Headers.Authorization.ToString()["Runner ".Length..];
        var rights = context.RequestServices.GetRequiredService<ActiveCalls>().Find(id, token);
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        var name = Uri.UnescapeDataString(context.Request.Headers["x-fal-file-name"].ToString());
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.WriteAsync(
            $$"""{"url":"{{rights!.FilesBaseUrl}}/files/b/1/{{name}}","content_type":"{{context.Request.ContentType}}","file_name":"{{name}}","file_size":{{content.Length}}}""",
            context.RequestAborted);
    }
}
