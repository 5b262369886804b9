using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Packs;

/// <summary>Lists the packs and pulls them, for the command line.</summary>
static class PackRoutes
{
    const int LargestBodyBytes = 16 * 1024;

    public static void MapPacks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api.fal.ai/v1/packs", List).WithMetadata(new NoBrowsers());
        routes.MapPost("/api.fal.ai/v1/models/pull", PullAsync).WithMetadata(new NoBrowsers());
    }

    static IResult List(PackStore store, AppDirectory apps)
    {
        var packs = store.Catalog.Packs.Select(pack => new PackCard(
            pack.Name,
            pack.Version,
            pack.Title,
            pack.For(store.Platform)?.Outputs.Sum(file => file.Bytes),
            pack.For(store.Platform)?.DownloadBytes,
            store.IsInstalled(pack),
            pack.License,
            pack.Origin,
            [.. apps.Apps.Where(app => app.Manifest.Packs.Contains(pack.Name)).Select(app => app.Manifest.App).Order()],
            pack.TestOnly));
        return WireJson.Ok(new PackList([.. packs]), PackWireJson.Default.PackList);
    }

    static async Task<IResult> PullAsync(HttpRequest request, PackStore store, AppDirectory apps)
    {
        if (await ReadAsync(request.HttpContext) is not { } wanted)
        {
            return WireError.Detail(
                400, "The body must be a JSON object with either pack or endpoint_id, and from or not");
        }

        // A path of this machine is for its operator alone: the answer tells what is there.
        if (wanted.From is not null && !Caller.Of(request.HttpContext).IsAdmin)
        {
            return PlatformError.Create(403, "authorization_error", "Access denied: from needs a key with the ADMIN scope.");
        }

        if (wanted.EndpointId is { } id)
        {
            var app = apps.Find(id)?.App ?? apps.FindApp(id);
            return app is null
                ? WireError.UnknownApplication(id)
                : new PullStream(store, app.Manifest.Packs, wanted.From);
        }

        return store.Catalog.Find(wanted.Pack!) is null
            ? WireError.Detail(404, $"Pack \"{wanted.Pack}\" not found")
            : new PullStream(store, [wanted.Pack!], wanted.From);
    }

    static async Task<PullRequest?> ReadAsync(HttpContext context)
    {
        var wanted = await SmallBody.ReadAsync(context, LargestBodyBytes, PackWireJson.Default.PullRequest);
        return wanted is { Pack: not null } != wanted is { EndpointId: not null } ? wanted : null;
    }

    /// <summary>One JSON object a line: progress, then how it ended.</summary>
    sealed class PullStream(PackStore store, IReadOnlyList<string> packs, string? from) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var gone = httpContext.RequestAborted;
            httpContext.Response.ContentType = "application/x-ndjson";
            httpContext.Response.Headers.CacheControl = "no-store";

            // Only the newest progress is of interest to a reader that is slower than the download.
            var news = Channel.CreateBounded<PackProgress>(
                new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            var pull = PullAsync(news.Writer, gone);
            await foreach (var progress in news.Reader.ReadAllAsync(gone))
            {
                await WriteAsync(
                    httpContext, new() { Pack = progress.Pack, Bytes = progress.Bytes, Total = progress.Total });
            }

            await WriteAsync(httpContext, await pull);
        }

        async Task<PullLine> PullAsync(ChannelWriter<PackProgress> news, CancellationToken cancellationToken)
        {
            try
            {
                await store.PullAsync(packs, from, progress => news.TryWrite(progress), cancellationToken);
                return new() { Done = true, Packs = packs };
            }
            catch (PackUnavailableException error)
            {
                return new() { Error = error.Message };
            }
            finally
            {
                news.Complete();
            }
        }

        static async Task WriteAsync(HttpContext context, PullLine line)
        {
            byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, PackWireJson.Default.PullLine), (byte)'\n'];
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}

/// <summary>
/// What to pull: a pack, or all packs of an endpoint; <c>from</c> is a folder on the server's machine.
/// </summary>
sealed record PullRequest(string? Pack, string? EndpointId, string? From);

/// <summary>One line of a pull's answer; what does not apply is left out.</summary>
sealed record PullLine
{
    public string? Pack { get; init; }

    public long? Bytes { get; init; }

    public long? Total { get; init; }

    public bool? Done { get; init; }

    public IReadOnlyList<string>? Packs { get; init; }

    public string? Error { get; init; }
}

/// <summary>The answer of the list.</summary>
sealed record PackList(IReadOnlyList<PackCard> Packs);

/// <summary>
/// One pack, as told to the command line. Sizes are null where there is no variant for this platform.
/// </summary>
sealed record PackCard(
    string Name,
    string Version,
    string Title,
    long? Bytes,
    long? DownloadBytes,
    bool Installed,
    PackLicense License,
    string Origin,
    IReadOnlyList<string> UsedBy,
    bool TestOnly);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackList))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(PullLine))]
sealed partial class PackWireJson : JsonSerializerContext;
