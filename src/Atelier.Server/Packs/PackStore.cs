using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Packs.Npm;

namespace Atelier.Server.Packs;

/// <summary>
/// The packs on this machine. A pack is pulled when it is first wanted, checked, and then shared by every server and
/// runner of the user; callers that want the same pack, in this process or another, wait for one pull.
/// </summary>
sealed partial class PackStore : IDisposable
{
    readonly PackEnvironment _environment;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly PackHttp _http;
    readonly PackDownloads _downloads;
    readonly PackWorkshop _workshop;
    readonly SharedPulls _pulls = new();

    public PackStore(
        PackCatalog catalog,
        PackOptions options,
        PackEnvironment environment,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        Catalog = catalog;
        _environment = environment;
        _time = time;
        _logger = loggers.CreateLogger<PackStore>();
        var config = new NpmConfig(environment);
        _http = new(config, options, time);
        var npm = new NpmRegistry(_http, config, options, token => NpmProgram.RegistryAsync(time, token));
        _downloads = new(_http, npm, options, environment, time, loggers.CreateLogger<PackDownloads>());
        _workshop = new(environment.PackFolder(options), environment.Platform, time);
    }

    public PackCatalog Catalog { get; }

    /// <summary>The platform whose variants are pulled.</summary>
    public string Platform => _environment.Platform;

    /// <summary>True when the pack is there and need not be pulled.</summary>
    public bool IsInstalled(PackManifest pack) =>
        pack.For(Platform) is { } variant && _workshop.IsThere(pack, variant);

    /// <summary>
    /// Has packs on disk, pulling those that are missing or damaged; a few lines of progress go to a log.
    /// </summary>
    /// <returns>Name to folder.</returns>
    /// <exception cref="PackUnavailableException">A pack cannot be had; the message says which and why.</exception>
    public Task<IReadOnlyDictionary<string, string>> EnsureAsync(
        IReadOnlyCollection<string> names, Action<LogLine> log, CancellationToken cancellationToken) =>
        EnsureAsync(names, thorough: false, from: null, new PackLog(log, _time).Report, cancellationToken);

    /// <summary>The same on somebody's request: files that are there are hashed again.</summary>
    /// <param name="from">
    /// A folder with the downloads or their files, instead of the network; null for the network.
    /// </param>
    public Task<IReadOnlyDictionary<string, string>> PullAsync(
        IReadOnlyCollection<string> names,
        string? from,
        Action<PackProgress> progress,
        CancellationToken cancellationToken) =>
        EnsureAsync(names, thorough: true, from, progress, cancellationToken);

    public void Dispose() => _http.Dispose();

    async Task<IReadOnlyDictionary<string, string>> EnsureAsync(
        IReadOnlyCollection<string> names,
        bool thorough,
        string? from,
        Action<PackProgress> progress,
        CancellationToken cancellationToken)
    {
        var wanted = names.Distinct(StringComparer.Ordinal).Select(Find).ToList();
        var missing = wanted.Where(one => thorough || !_workshop.IsThere(one.Pack, one.Variant)).ToList();

        using var held = _downloads.Hold(missing
            .SelectMany(one => one.Variant.Sources)
            .SelectMany(PackDownload.Of));
        foreach (var (pack, variant) in missing)
        {
            // A pull from a folder is not the same pull as one from the network.
            await _pulls.RunAsync(
                $"{pack.Folder} {from}",
                (report, token) => MakeAsync(pack, variant, thorough, from, report, token),
                progress,
                cancellationToken);
        }

        return wanted.ToDictionary(one => one.Pack.Name, one => _workshop.FolderOf(one.Pack), StringComparer.Ordinal);
    }

    async Task MakeAsync(
        PackManifest pack,
        PackVariant variant,
        bool thorough,
        string? from,
        Action<PackProgress> progress,
        CancellationToken cancellationToken)
    {
        try
        {
            var start = _time.GetTimestamp();
            IPackSupply supply = from is null ? new PackNetwork(_downloads) : new PackCarriedFolder(from);
            await _workshop.MakeAsync(pack, variant, supply, thorough, progress, cancellationToken);
            Log.Ready(_logger, pack.Folder, _time.GetElapsedTime(start).TotalSeconds);
        }
        catch (PackTransferException error)
        {
            throw Failed(pack, variant, error);
        }
        catch (PackRefusedException error)
        {
            throw Failed(pack, variant, error);
        }
        catch (InvalidDataException error)
        {
            throw Failed(pack, variant, error);
        }
        catch (IOException error)
        {
            throw Failed(pack, variant, error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Failed(pack, variant, error);
        }
    }

    PackUnavailableException Failed(PackManifest pack, PackVariant variant, Exception error)
    {
        Log.Failed(_logger, error, pack.Folder);
        return PackFailure.Of(pack, variant, error);
    }

    (PackManifest Pack, PackVariant Variant) Find(string name)
    {
        var pack = Catalog.Find(name) ?? throw PackFailure.Unknown(name);
        return (pack, pack.For(Platform) ?? throw PackFailure.NotForPlatform(pack, Platform));
    }

    static partial class Log
    {
        [LoggerMessage(1710, LogLevel.Information, "The pack {Pack} is ready after {Seconds:0.0} s.")]
        public static partial void Ready(ILogger logger, string pack, double seconds);

        [LoggerMessage(1711, LogLevel.Error, "The pack {Pack} could not be pulled.")]
        public static partial void Failed(ILogger logger, Exception error, string pack);
    }
}
