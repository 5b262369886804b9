using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Proxy;

/// <summary>
/// Sends one call on and its answer back, both as they come: nothing is buffered, decompressed, redirected or tried again.
/// </summary>
sealed class Forwarder(FalProxyOptions options) : IDisposable
{
    const int ChunkBytes = 16 * 1024;

    // No proxy of the environment, no cookies, no trace headers: what goes out is what is written here.
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectTimeout,
        ActivityHeadersPropagator = null,
        // Names are looked up anew now and then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public async Task ForwardAsync(HttpContext context, Uri target, string authorization, byte[]? body)
    {
        using var message = Request(context.Request, target, authorization, body);
        using var answerDue = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        answerDue.CancelAfter(options.AnswerTimeout);
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(message, answerDue.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ProxyHandler.RefuseAsync(context, new(504, "The upstream did not answer in time."));
            return;
        }
        catch (HttpRequestException fault)
        {
            // A body that this proxy's own server refused to read ends the upstream call; the cause is what counts.
            if (fault.GetBaseException() is BadHttpRequestException bad)
            {
                throw bad;
            }

            await ProxyHandler.RefuseAsync(context, new(502, "The upstream cannot be reached."));
            return;
        }

        // The time was for the answer to begin; a stream may go on as long as both sides want.
        answerDue.CancelAfter(Timeout.InfiniteTimeSpan);
        using (response)
        {
            await AnswerAsync(context, response);
        }
    }

    public void Dispose() => _client.Dispose();

    HttpRequestMessage Request(HttpRequest request, Uri target, string authorization, byte[]? body)
    {
        var message = new HttpRequestMessage(new(request.Method), Address(target))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
        }
        else if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            message.Content = new StreamContent(request.Body, ChunkBytes);
            message.Content.Headers.ContentLength = request.ContentLength;
        }

        PassedHeaders.CopyRequest(request, message, authorization);
        return message;
    }

    // An Atelier server takes fal's host as the first segment.
    Uri Address(Uri target) => options.BaseUrl is { } server
        ? new($"{server.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{target.Host}{target.PathAndQuery}")
        : target;

    static async Task AnswerAsync(HttpContext context, HttpResponseMessage response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        PassedHeaders.CopyResponse(response, context.Response);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var gone = context.RequestAborted;
        var chunk = new byte[ChunkBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(gone);
            for (int read; (read = await body.ReadAsync(chunk, gone)) > 0;)
            {
                await context.Response.Body.WriteAsync(chunk.AsMemory(0, read), gone);
                // Events are of use at once.
                await context.Response.Body.FlushAsync(gone);
            }
        }
        catch (Exception broken) when (broken is HttpIOException or IOException or HttpRequestException)
        {
            // The caller must see that it is not whole.
            context.Abort();
        }
    }
}
