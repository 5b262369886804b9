using System.Reflection;
using System.Text.RegularExpressions;
using Atelier.Protocol;
using Atelier.Protocol.Apps;

namespace Atelier.Apps.Describing;

/// <summary>An <see cref="App"/> class, read and checked: what <c>describe</c> prints and <c>serve</c> hosts.</summary>
sealed partial class AppDefinition
{
    AppDefinition(
        App instance, string id, IReadOnlyList<string> packs, IReadOnlyList<EndpointDefinition> endpoints,
        IReadOnlyList<SocketDefinition> sockets)
    {
        Instance = instance;
        Endpoints = endpoints;
        Sockets = sockets;
        Manifest = new()
        {
            App = id,
            Endpoints =
            [
                .. endpoints.Select(endpoint => endpoint.Manifest),
                .. sockets.Select(socket => socket.Manifest),
            ],
            Packs = packs,
            Scaling = new()
            {
                KeepAliveSeconds = instance.KeepAliveSeconds,
                MaxMultiplexing = instance.MaxMultiplexing,
                MinConcurrency = instance.MinConcurrency,
                MaxConcurrency = instance.MaxConcurrency,
                StartupTimeoutSeconds = instance.StartupTimeoutSeconds,
                RequestTimeoutSeconds = instance.RequestTimeoutSeconds,
            },
        };
    }

    public App Instance { get; }

    public IReadOnlyList<EndpointDefinition> Endpoints { get; }

    /// <summary>What is connected to instead of called.</summary>
    public IReadOnlyList<SocketDefinition> Sockets { get; }

    public AppManifest Manifest { get; }

    /// <summary>Every app of the assemblies, ordered by id.</summary>
    /// <exception cref="AppDefinitionException">
    /// An app is not what the app model asks for; the text says what to change.
    /// </exception>
    public static IReadOnlyList<AppDefinition> FindAll(IEnumerable<Assembly> assemblies)
    {
        var apps = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(App)) && !type.IsAbstract)
            .Select(Read)
            .OrderBy(app => app.Manifest.App, StringComparer.Ordinal)
            .ToList();
        var ids = apps.SelectMany(app => app.Manifest.Endpoints.Select(endpoint => endpoint.Id));
        return Twice(ids) is { } twice
            ? throw new AppDefinitionException($"The endpoint id {twice} is claimed twice.")
            : apps;
    }

    /// <summary>Reads one app class.</summary>
    /// <exception cref="AppDefinitionException">See <see cref="FindAll"/>.</exception>
    public static AppDefinition Read(Type type)
    {
        if (type.GetCustomAttribute<AppAttribute>() is not { } attribute)
        {
            throw new AppDefinitionException($"{type.Name} is an App without [App(\"owner/alias\")].");
        }

        if (!EndpointId.TryParse(attribute.Id, out var id) || id.ToString() != attribute.Id || id.Path is not "/")
        {
            throw new AppDefinitionException($"{type.Name}: \"{attribute.Id}\" is not an app id; write owner/alias.");
        }

        if (type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new AppDefinitionException(
                $"{type.Name} needs a public constructor without parameters; load what it needs in SetupAsync.");
        }

        var app = (App)Activator.CreateInstance(type)!;
        const BindingFlags Methods =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var marked = type.GetMethods(Methods)
            .SelectMany(method => method.GetCustomAttributes<EndpointAttribute>().Select(endpoint => (method, endpoint)))
            .ToLookup(pair => pair.endpoint is RealtimeAttribute or WebSocketEndpointAttribute);
        var endpoints = marked[false]
            .Select(pair => EndpointDefinition.Read(app, attribute.Id, pair.method, pair.endpoint)).ToList();
        var sockets = marked[true]
            .Select(pair => SocketDefinition.Read(app, attribute.Id, pair.method, pair.endpoint)).ToList();
        if (endpoints.Count + sockets.Count == 0)
        {
            throw new AppDefinitionException($"{type.Name} has no endpoint; mark a method with [Endpoint(\"/\")].");
        }

        if (PathOfTwo(
            [
                .. endpoints.Select(endpoint => (endpoint.Manifest.Path, endpoint.Method)),
                .. sockets.Select(socket => (socket.Manifest.Path, socket.Method)),
            ]) is { } path)
        {
            throw new AppDefinitionException($"{type.Name}: the path {path} is used by two endpoints.");
        }

        return new(app, attribute.Id, attribute.Packs, endpoints, sockets);
    }

    /// <summary>
    /// Whether a path can be routed: <c>/</c>, or slash-led segments of the characters that ids may have.
    /// </summary>
    internal static bool IsPath(string path) => PathPattern().IsMatch(path);

    [GeneratedRegex(@"^/$|^(/[A-Za-z0-9][A-Za-z0-9._-]*)+$")]
    private static partial Regex PathPattern();

    // One method may serve one path under several ids; two methods may not.
    static string? PathOfTwo(IEnumerable<(string Path, MethodInfo Method)> endpoints) => endpoints
        .GroupBy(endpoint => endpoint.Path, StringComparer.Ordinal)
        .FirstOrDefault(group => group.DistinctBy(endpoint => endpoint.Method).Count() > 1)?.Key;

    static string? Twice(IEnumerable<string> names) => names
        .GroupBy(name => name, StringComparer.Ordinal)
        .FirstOrDefault(group => group.Count() > 1)?.Key;
}
