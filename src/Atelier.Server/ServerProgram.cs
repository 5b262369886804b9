using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Catalog;
using Atelier.Server.Dispatch;
using Atelier.Server.Echo;
using Atelier.Server.Health;
using Atelier.Server.History;
using Atelier.Server.Hosting;
using Atelier.Server.Keys;
using Atelier.Server.Keys.Tokens;
using Atelier.Server.Outbound;
using Atelier.Server.Packs;
using Atelier.Server.Platform;
using Atelier.Server.Queue;
using Atelier.Server.Realtime;
using Atelier.Server.Run;
using Atelier.Server.Runners;
using Atelier.Server.Storage;
using Atelier.Server.Tls;
using Atelier.Server.Webhooks;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Atelier.Server;

/// <summary>The gateway's table of contents: what is configured, what is composed, in which order requests pass.</summary>
static class ServerProgram
{
    public static async Task<int> ServeAsync(IReadOnlyList<string> args)
    {
        var flags = SettingSources.ReadFlags(args);
        var environment = SettingSources.ReadEnvironment(Environment.GetEnvironmentVariables());
        var path = flags.GetValueOrDefault("data") ?? environment.GetValueOrDefault("data") ?? DataFolder.DefaultPath();
        using var folder = DataFolder.Open(path);
        var settings = new Settings(new(flags, environment, SettingSources.ReadFolder(folder.Root)));

        await using var app = await BuildAsync(settings, folder);
        var options = app.Services.GetRequiredService<ServerOptions>();
        var shown = FirstKeys.Prepare(app.Services.GetRequiredService<KeyRing>(), options);
        try
        {
            await app.StartAsync();
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            // Of the two listeners, Kestrel's text alone tells which.
            throw new ConfigurationException(options.Tls && fault.Message.Contains("https://", StringComparison.Ordinal)
                ? $"Port {options.TlsPort} is taken. Stop what listens there, or choose another with --tls-port; fal's names without a port need 443."
                : $"Port {options.Port} is taken. Choose another with --port, or --port 0 for a free one.");
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new ConfigurationException(
                "Ports below 1024 need a right that this user lacks. Give it to everyone on this machine with "
                + "`sudo sysctl net.ipv4.ip_unprivileged_port_start=443`, or choose another port with --tls-port or --port.");
        }

        var state = app.Services.GetRequiredService<ServerState>();
        var server = Describe(app, options, folder, state);
        server.Write(folder.Root);
        state.MarkReady();
        Announce(options, server, shown);
        await app.WaitForShutdownAsync();
        server.Delete(folder.Root);
        return 0;
    }

    static ServerFile Describe(WebApplication app, ServerOptions options, DataFolder folder, ServerState state)
    {
        var plain = new ServerFile(app.Urls.First().TrimEnd('/'), Environment.ProcessId, state.Instance);
        return options.Tls
            ? plain with { TlsPort = new Uri(app.Urls.Last()).Port, CaFile = CertificateAuthority.FileIn(folder.Root) }
            : plain;
    }

    /// <summary>Opens the queue and composes the server, without starting it.</summary>
    public static async Task<WebApplication> BuildAsync(Settings settings, DataFolder folder)
    {
        // Beside the rest: opening the queue and composing the server take as long as each other.
        var state = new ServerState(TimeProvider.System);
        var opening = Task.Run(() => OpenQueueAsync(folder, state));

        // Empty: settings come from one place, so there is no appsettings.json to look for and to watch.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var options = settings.Bind<ServerOptions>(ServerOptions.Section);
        builder.Services.AddSingleton(settings).AddSingleton(folder).AddSingleton(options).AddSingleton(TimeProvider.System);
        AddSlices(builder.Services, settings, options, folder);
        settings.RefuseUnknown();
        AddFloor(builder.Services, options, state, await opening);

        Log(builder.Logging, options);
        Listen(builder, options);
        var app = builder.Build();
        Pipe(app, options);
        Map(app);

        // It listens from now on: what began before the first look at the metrics counts as well.
        _ = app.Services.GetRequiredService<MetricsText>();
        return app;
    }

    /// <summary>What every slice may use: the life of the process, keys, hosts, errors, and the queue's store.</summary>
    static void AddFloor(IServiceCollection services, ServerOptions options, ServerState state, SqliteQueueStore queue)
    {
        services.AddSingleton(state).AddSingleton<ServerLifetime>().AddSingleton<IQueueStore>(_ => queue);
        services.AddSingleton(queue.Webhooks);
        services.AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<ServerLifetime>());
        services.AddSingleton<KeyRing>().AddSingleton<BrowserTokens>().AddSingleton<KeyAuthentication>()
            .AddSingleton<WireTargeting>().AddSingleton<ProxyRoute>().AddSingleton<WireFaults>();
        services.AddSingleton<MetricsText>().AddSingleton<IdempotentAnswers>();
        services.AddSingleton<KeyAlias>(provider => provider.GetRequiredService<KeyRing>().Alias);
        if (options.OtlpEndpoint is { } otlp)
        {
            services.AddSingleton<IHostedService>(_ => new Telemetry(otlp, state.Instance));
        }

        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<GatewayAddress>(provider => () => Address(provider, options));
        services.AddSingleton<IHostedService>(provider =>
        {
            var apps = provider.GetRequiredService<AppDirectory>();
            bool HasWork() => queue.WaitingApps.Count > 0 || apps.Apps.Any(app => app.Slots.InUse > 0);
            return new IdleStop(options, state, provider.GetRequiredService<ServerLifetime>(), HasWork, TimeProvider.System);
        });
    }

    // The dispatcher drains before anything stops; then HTTP, then the rest in the reverse order of this list.
    static void AddSlices(IServiceCollection services, Settings settings, ServerOptions options, DataFolder folder)
    {
        services.AddSingleton(settings.Bind<ProxyOptions>(ProxyOptions.Section));
        services.AddOutbound(settings.Bind<OutboundOptions>(OutboundOptions.Section));
        services.AddStorage(settings.Bind<StorageOptions>(StorageOptions.Section), folder.Root);
        services.AddPacks(settings.Bind<PackOptions>(PackOptions.Section));
        if (options.Diagnostics)
        {
            services.AddEcho();
        }

        services.AddRunners(settings.Bind<RunnersOptions>(RunnersOptions.Section), options.Diagnostics, options.Exact, folder.Root);
        services.AddCalls();
        services.AddQueueRoutes(settings.Bind<QueueOptions>(QueueOptions.Section));
        services.AddRun(settings.Bind<RunOptions>(RunOptions.Section));
        services.AddRealtime(settings.Bind<RealtimeOptions>(RealtimeOptions.Section));
        services.AddCatalog();
        services.AddHistory();
        services.AddWebhooks(settings.Bind<WebhookOptions>(WebhookOptions.Section), folder.Root);
        services.AddDispatch(new(options.DrainTimeout));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + TimeSpan.FromSeconds(30));
    }

    static async Task<SqliteQueueStore> OpenQueueAsync(DataFolder folder, ServerState state)
    {
        var options = new SqliteQueueOptions
        {
            Path = Path.Combine(folder.Sub("queue"), "queue.db"),
            BlobFolder = folder.Sub(Path.Combine("queue", "blobs")),
            InstanceId = state.Instance,
        };
        try
        {
            return await SqliteQueueStore.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        }
        catch (Exception fault) when (fault is InvalidOperationException or QueueUnavailableException)
        {
            throw new ConfigurationException(fault.Message);
        }
    }

    // Runners are on this machine: they come back over loopback, whatever address the world sees.
    static string Address(IServiceProvider provider, ServerOptions options)
    {
        var addresses = provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var url = new UriBuilder(addresses.First());
        url.Host = options.Host is "0.0.0.0" or "::" or "localhost" ? "127.0.0.1" : url.Host;
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    static void Pipe(WebApplication app, ServerOptions options)
    {
        var (faults, targeting, keys) = (
            app.Services.GetRequiredService<WireFaults>(), app.Services.GetRequiredService<WireTargeting>(),
            app.Services.GetRequiredService<KeyAuthentication>());
        var state = app.Services.GetRequiredService<ServerState>();
        if (options.TrustedProxies.Length > 0)
        {
            app.UseForwardedHeaders(Forwarding(options));
        }

        app.Use(faults.InvokeAsync);
        app.Use(CrossOrigin.InvokeAsync);
        app.Use(targeting.InvokeAsync);
        app.UseSockets();
        app.UseRouting();
        app.Use(CrossOrigin.AnswerPreflightAsync);
        app.Use(keys.InvokeAsync);
        app.Use(app.Services.GetRequiredService<IdempotentAnswers>().InvokeAsync);
        app.Use((context, next) =>
        {
            state.MarkActive();
            return next(context);
        });
    }

    static void Map(WebApplication app)
    {
        app.MapHealth();
        app.MapKeys();
        app.MapQueueRoutes();
        app.MapRun();
        app.MapTokens();
        app.MapRealtime();
        app.MapStorage();
        app.MapPacks();
        app.MapCatalog();
        app.MapHistory();
        app.MapPlatform();
        app.MapWebhooks();
    }

    static void Listen(WebApplicationBuilder builder, ServerOptions options) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.JsonBodyMaxBytes;
        kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
        kestrel.Limits.RequestHeadersTimeout = options.SlowBodyTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, options.SlowBodyTimeout);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(
            ServerOptions.ReaderPartBytes / options.SlowReaderTimeout.TotalSeconds, options.SlowReaderTimeout);
        var address = options.Host is "localhost" ? null
            : IPAddress.TryParse(options.Host, out var parsed) ? parsed
            : throw new ConfigurationException($"host: \"{options.Host}\" is not an address. Use 127.0.0.1, 0.0.0.0 or an address of this machine.");
        if (address is null)
        {
            kestrel.ListenLocalhost(options.Port);
        }
        else
        {
            kestrel.Listen(address, options.Port);
        }

        // Last, so that the first address of the list is the plain one.
        if (options.Tls)
        {
            kestrel.ListenTls(address, options.TlsPort, kestrel.ApplicationServices.GetRequiredService<ServerCertificate>());
        }
    });

    static void Log(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(Enum.Parse<LogLevel>(options.LogLevel));
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // A start that fails is told once, as a sentence, by Program.cs.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Its scopes and activities would carry a request id that is not fal's, and cost something on every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
        logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat, json.IncludeScopes) = (true, "O", true));
        logging.AddSimpleConsole(text => (text.SingleLine, text.UseUtcTimestamp, text.TimestampFormat) = (true, true, "HH:mm:ss "));
        logging.AddConsole(console =>
        {
            // stdout carries the ready line alone.
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = Console.IsErrorRedirected ? "json" : "simple";
        });
    }

    static ForwardedHeadersOptions Forwarding(ServerOptions options)
    {
        var forwarding = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        // The framework would believe everything on this machine.
        forwarding.KnownProxies.Clear();
        forwarding.KnownIPNetworks.Clear();
        foreach (var proxy in options.TrustedProxies)
        {
            _ = Networks.TryParse(proxy, out var network);
            forwarding.KnownIPNetworks.Add(network);
        }

        return forwarding;
    }

    static void Announce(ServerOptions options, ServerFile server, ApiKey? shown)
    {
        if (options.Json)
        {
            var line = new ReadyLine(server.Url, server.Pid, server.TlsPort, server.CaFile);
            Console.WriteLine(JsonSerializer.Serialize(line, ReadyJson.Default.ReadyLine));
        }
        else
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Atelier {ProductVersion.Text} is ready on {server.Url} (pid {server.Pid})."));
        }

        if (server is { TlsPort: { } port, CaFile: { } ca })
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"fal's host names: https on port {port}, trusted with {ca}. See: atelier env"));
        }

        // A key in a log file would outlive its secrecy: it is shown to a person or to nobody.
        if (shown is { } key && !Console.IsErrorRedirected && !Console.IsOutputRedirected)
        {
            Console.Error.WriteLine($"ADMIN key, shown once: {key}");
        }

        if (options.Key is not null)
        {
            Console.Error.WriteLine("Note: --key is visible in the process list. Use --key-file on a machine that others share.");
        }
    }
}
