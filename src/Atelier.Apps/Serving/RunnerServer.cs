using System.Net;
using System.Net.Sockets;
using Atelier.Apps.Describing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Atelier.Apps.Serving;

/// <summary>One app, listening. It listens only once the app is set up, so that answering at all means ready.</summary>
sealed class RunnerServer : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly AppDefinition _app;
    readonly GatewayFiles _files;

    RunnerServer(WebApplication web, AppDefinition app, GatewayFiles files)
    {
        _web = web;
        _app = app;
        _files = files;
    }

    /// <summary>The address in use, for a port that was given as 0.</summary>
    public string Address =>
        _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Sets the app up, then listens.</summary>
    public static async Task<RunnerServer> StartAsync(
        AppDefinition app, RunnerEnvironment environment, RunnerOutput output, CancellationToken cancellationToken)
    {
        await app.Instance.SetupAsync(new AppSetup(environment.Packs), cancellationToken);
        var builder = WebApplication.CreateEmptyBuilder(new());

        // The gateway decides how long in-flight work may take to finish: it kills the process when the grace is over.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Both ends are ours, on one machine: the gateway's limit is a setting, and its pause is no attack.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            if (environment.Address is UnixDomainSocketEndPoint socket)
            {
                // What a killed predecessor left would refuse the bind.
                File.Delete(socket.ToString());
                kestrel.ListenUnixSocket(socket.ToString());
            }
            else
            {
                kestrel.Listen((IPEndPoint)environment.Address);
            }
        });
        GatewayFiles files = new(environment);
        var web = builder.Build();
        SocketHandler sockets = new(app, output, files, web.Lifetime.ApplicationStopping);
        CallHandler handler = new(app, output, files, sockets);
        web.UseWebSockets();
        web.Run(context => context.WebSockets.IsWebSocketRequest
            ? sockets.HandleAsync(context)
            : handler.HandleAsync(context));
        await web.StartAsync(cancellationToken);
        return new(web, app, files);
    }

    /// <summary>SIGTERM's way: the app is told at once, running calls finish, then the app tears down.</summary>
    public async Task StopAsync()
    {
        _app.Instance.HandleExit();
        await _web.StopAsync(CancellationToken.None);
        await _app.Instance.TeardownAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _files.Dispose();
    }
}
