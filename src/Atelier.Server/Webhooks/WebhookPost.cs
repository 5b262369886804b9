using System.Net.Http.Headers;
using System.Security.Authentication;
using Atelier.Server.Outbound;

namespace Atelier.Server.Webhooks;

/// <summary>Makes one attempt. Only public addresses are connected to, and no redirect is followed.</summary>
sealed class WebhookPost : IDisposable
{
    /// <summary>What a receiver says is of no use; so much of it is read that the connection can be kept.</summary>
    const int AnswerMaxBytes = 4 * 1024;

    const int AnswerHeadersMaxKilobytes = 16;

    readonly HttpMessageInvoker _http;
    readonly TimeProvider _time;

    public WebhookPost(AddressGuard guard, WebhookOptions options, TimeProvider time)
    {
        _time = time;
        var handler = GuardedConnections.CreateHandler(guard);
        handler.MaxResponseHeadersLength = AnswerHeadersMaxKilobytes;
        handler.MaxResponseDrainSize = AnswerMaxBytes;
        handler.MaxConnectionsPerServer = options.ConcurrencyPerHostMax;
        _http = new(handler);
    }

    /// <param name="sign">Called for the attempt's own headers.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the receiver may have it or not.</exception>
    public async Task<WebhookAnswer> SendAsync(
        Uri target, ReadOnlyMemory<byte> body, Action<HttpRequestHeaders> sign, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, target);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Atelier", "1"));
        request.Headers.Accept.ParseAdd("*/*");
        sign(request.Headers);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new("application/json");
        try
        {
            using var response = await _http.SendAsync(request, any.Token);
            return new((int)response.StatusCode, Failure((int)response.StatusCode), RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, "timeout", null);
        }
        catch (HttpRequestException fault)
        {
            return new(null, Kind(fault), null);
        }
        catch (IOException)
        {
            return new(null, "connection_lost", null);
        }
    }

    public void Dispose() => _http.Dispose();

    static string? Failure(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "redirect",
        _ => "status",
    };

    static string Kind(HttpRequestException fault) => fault switch
    {
        { InnerException: OutboundException { Failure: OutboundFailure.Refused } } => WebhookAnswer.RefusedAddress,
        { InnerException: AuthenticationException } => "tls",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "tls",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "unknown_host",
        { HttpRequestError: HttpRequestError.InvalidResponse } => "invalid_response",
        { HttpRequestError: HttpRequestError.ResponseEnded } => "connection_lost",
        _ => "unreachable",
    };

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };
}
