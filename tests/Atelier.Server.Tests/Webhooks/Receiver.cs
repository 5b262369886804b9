using System.Text.Json;
using System.Threading.Channels;
using Atelier.Server.Webhooks.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Server.Webhooks;

/// <summary>Someone's server that takes webhooks. It answers as the test says, and keeps what came.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();

    Receiver(WebApplication app) => _app = app;

    /// <summary>Answers one delivery; 200 unless the test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url { get; private set; } = "";

    public int Requests;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        receiver.Url = app.Urls.First();
        return receiver;
    }

    /// <summary>The next delivery.</summary>
    public ValueTask<Delivery> NextAsync() => _deliveries.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.Ordinal);
        await _deliveries.Writer.WriteAsync(new(context.Request.Method, headers, body.ToArray()), context.RequestAborted);
        await Answer(context);
    }
}

/// <summary>One delivery as it came.</summary>
sealed record Delivery(string Method, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>Checks the signature as a receiver does: over the raw bytes, with any of the published keys.</summary>
    public bool IsSignedBy(params IEnumerable<string> keysX)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Body));
        var message = System.Text.Encoding.UTF8.GetBytes(string.Join(
            '\n', Headers["X-Fal-Webhook-Request-Id"], Headers["X-Fal-Webhook-User-Id"],
            Headers["X-Fal-Webhook-Timestamp"], hash));
        var signature = Convert.FromHexString(Headers["X-Fal-Webhook-Signature"]);
        return keysX.Any(x => Ed25519.Verify(System.Buffers.Text.Base64Url.DecodeFromChars(x), message, signature));
    }

    /// <summary>The keys of a <c>jwks.json</c>.</summary>
    public static List<string> KeysOf(string jwks) =>
        [.. JsonDocument.Parse(jwks).RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("x").GetString()!)];
}
