using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Atelier.Server.Tests.Packs.Support;

/// <summary>
/// An npm registry (and a Hugging Face) on loopback that keeps what it was asked and fails on demand.
/// </summary>
sealed class FakeRegistry : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeRegistry(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>Path to content: <c>/-/a.tgz</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Path to JSON: <c>/demo</c>.</summary>
    public ConcurrentDictionary<string, string> Documents { get; } = new();

    /// <summary>Every request: path, Range, If-Range and Authorization.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>How often the next file answers end after half of what was asked for.</summary>
    public int Drops { get; set; }

    /// <summary>An answer that ends early does so by a reset connection, which also loses bytes under way.</summary>
    public bool Resets { get; set; }

    /// <summary>How the next answers fail before anything is sent.</summary>
    public Queue<int> Statuses { get; } = new();

    public bool KnowsRanges { get; set; } = true;

    public string? Tag { get; set; } = "\"one\"";

    /// <summary>Ends before the file is sent; a test holds it up to keep a download going.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Set when a file was asked for.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>File requests only.</summary>
    public IReadOnlyList<Seen> Downloads => [.. Requests.Where(seen => Files.ContainsKey(seen.Path))];

    public static async Task<FakeRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var registry = new FakeRegistry(app);
        app.Run(registry.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return registry;
    }

    /// <summary>Publishes a tarball as npm does.</summary>
    public void Publish(string name, string version, byte[] tarball, string? integrity, string? tarballAddress = null)
    {
        var path = $"/-/{name.Split('/')[^1]}-{version}.tgz";
        Files[path] = tarball;
        var dist = new JsonObject { ["tarball"] = tarballAddress ?? Address + path[1..] };
        if (integrity is not null)
        {
            dist["integrity"] = integrity;
        }

        Documents["/" + name.Replace("/", "%2f", StringComparison.Ordinal)] = new JsonObject
        {
            ["versions"] = new JsonObject { [version] = new JsonObject { ["dist"] = dist } },
        }.ToJsonString();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue(new(
            path,
            request.Headers.Range.ToString(),
            request.Headers.IfRange.ToString(),
            request.Headers.Authorization.ToString()));
        if (Files.TryGetValue(path, out var file))
        {
            Asked.TrySetResult();
            await Gate;
            await SendAsync(context, file);
        }
        else if (Documents.TryGetValue(path, out var document))
        {
            await context.Response.WriteAsync(document);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    async Task SendAsync(HttpContext context, byte[] file)
    {
        if (Statuses.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            return;
        }

        var start = 0;
        var range = context.Request.Headers.Range.ToString();
        var same = context.Request.Headers.IfRange.ToString() is "" or null || context.Request.Headers.IfRange == Tag;
        context.Response.Headers.ETag = Tag;
        if (KnowsRanges && same && range.StartsWith("bytes=", StringComparison.Ordinal))
        {
            start = int.Parse(range[6..].TrimEnd('-'), CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {start}-{file.Length - 1}/{file.Length}";
        }

        if (Drops > 0)
        {
            Drops--;
            await context.Response.Body.WriteAsync(file.AsMemory(start, (file.Length - start) / 2));
            if (Resets)
            {
                context.Abort();
            }

            return;
        }

        context.Response.ContentLength = file.Length - start;
        await context.Response.Body.WriteAsync(file.AsMemory(start));
    }
}

sealed record Seen(string Path, string Range, string IfRange, string Authorization);
