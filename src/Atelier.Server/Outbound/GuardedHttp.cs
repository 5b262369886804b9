using System.Net.Http.Headers;

namespace Atelier.Server.Outbound;

/// <summary>
/// Fetches addresses that callers give, over <see cref="GuardedConnections"/>: what is connected to must be public.
/// </summary>
public sealed partial class GuardedHttp : IDisposable
{
    const int MaxRedirects = 5;

    readonly OutboundOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<GuardedHttp> _logger;
    readonly HttpMessageInvoker _http;

    public GuardedHttp(OutboundOptions options, TimeProvider time, ILogger<GuardedHttp> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _http = new(GuardedConnections.CreateHandler(new(options.AllowPrivate)));
    }

    /// <summary>
    /// Opens a download; its body obeys the size limit and the rest of the time limit while it is read.
    /// </summary>
    /// <param name="maxBytes">The caller's own limit; the server's applies as well.</param>
    /// <exception cref="OutboundException">The download was refused or failed.</exception>
    public async Task<GuardedDownload> GetAsync(string url, long maxBytes, CancellationToken cancellationToken)
    {
        var target = Check(Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : null);
        var limit = Math.Min(maxBytes, _options.MaxBytes);
        var deadline = new CancellationTokenSource(_options.TotalTimeout, _time);
        try
        {
            for (var hop = 0; hop <= MaxRedirects; hop++)
            {
                var response = await SendAsync(target, deadline.Token, cancellationToken);
                if (!IsRedirect(response))
                {
                    return GuardedDownload.Open(response, limit, deadline);
                }

                using (response)
                {
                    target = Check(new Uri(target, response.Headers.Location!));
                }
            }
        }
        catch (UriFormatException)
        {
            deadline.Dispose();
            throw new OutboundException(OutboundFailure.BadUrl, "The file's server redirected to an invalid address.");
        }
        catch (Exception fault) when (fault is OutboundException or OperationCanceledException)
        {
            deadline.Dispose();
            throw;
        }

        deadline.Dispose();
        throw new OutboundException(
            OutboundFailure.TooManyRedirects, $"The file's server redirected more than {MaxRedirects} times.");
    }

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> SendAsync(
        Uri target, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var firstByte = new CancellationTokenSource(_options.FirstByteTimeout, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(firstByte.Token, deadline, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Atelier", "1"));
        request.Headers.Accept.ParseAdd("*/*");
        request.Headers.AcceptEncoding.ParseAdd("identity");
        try
        {
            return await _http.SendAsync(request, any.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, "The file's server did not answer in time.");
        }
        catch (HttpRequestException fault) when (fault.InnerException is OutboundException refusal)
        {
            Log.Refused(_logger);
            throw new OutboundException(refusal.Failure, refusal.Message, fault);
        }
        catch (HttpRequestException fault)
        {
            throw new OutboundException(OutboundFailure.Unreachable, "The file's server could not be reached.", fault);
        }
    }

    static Uri Check(Uri? target)
    {
        if (target is null || (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps))
        {
            throw new OutboundException(OutboundFailure.BadUrl, "The file's address must be an http or https URL.");
        }

        return target.UserInfo.Length == 0
            ? target
            : throw new OutboundException(OutboundFailure.BadUrl, "The file's address must not hold a user name.");
    }

    static bool IsRedirect(HttpResponseMessage response) =>
        response.Headers.Location is not null && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Information, "Refused to fetch an input whose address is not public.")]
        public static partial void Refused(ILogger logger);
    }
}
