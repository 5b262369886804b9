using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>One way out for every call: key, repeats, time limit, errors.</summary>
sealed class Transport(HttpClient http, FalClientOptions options)
{
    const int MaxErrorBytes = 1 << 20;

    public FalClientOptions Options => options;

    /// <summary>Sends, repeats where that is safe; <see cref="ApiException"/> for every other status.</summary>
    /// <exception cref="TimeoutException">The limit passed.</exception>
    /// <param name="make">Makes the request anew for each try, because content can be sent once only.</param>
    /// <param name="safe">The call may run twice.</param>
    /// <param name="limit">The longest until the answer's headers; null for none.</param>
    /// <param name="cancellationToken">The caller's wish to stop.</param>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> make, bool safe, TimeSpan? limit, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            TimeSpan? retryAfter = null;
            try
            {
                var answer = await SendOnceAsync(make, limit, cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return answer;
                }

                using (answer)
                {
                    var error = await ReadErrorAsync(answer, cancellationToken).ConfigureAwait(false);
                    if (!options.Retry.ShouldRetry(answer.StatusCode, safe, error.IsUserTimeout, retries))
                    {
                        throw error;
                    }

                    retryAfter = answer.Headers.RetryAfter?.Delta;
                }
            }
            catch (HttpRequestException fault) when (options.Retry.ShouldRetry(fault.HttpRequestError, safe, retries))
            {
            }

#pragma warning disable CA5394 // Jitter is no secret.
            var delay = options.Retry.Delay(retries, retryAfter, Random.Shared.NextDouble());
#pragma warning restore CA5394
            await Task.Delay(delay, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends and reads the JSON answer.</summary>
    public async Task<FalResponse> JsonAsync(
        Func<HttpRequestMessage> make, bool safe, TimeSpan? limit, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(make, safe, limit, cancellationToken).ConfigureAwait(false);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return new(Parse(bytes), Header(answer, FalHeaders.RequestId), Header(answer, FalHeaders.Model));
    }

    /// <summary>Sends and reads the answer as one of our records.</summary>
    public async Task<T> ReadAsync<T>(
        Func<HttpRequestMessage> make, bool safe, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var answer = await JsonAsync(make, safe, options.CallTimeout, cancellationToken).ConfigureAwait(false);
        try
        {
            return answer.Body.Deserialize(type) ?? throw new JsonException("null");
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException(
                HttpRequestError.InvalidResponse, "The server's answer is not what fal's protocol says.", fault);
        }
    }

    /// <summary>A request with the headers every call carries, and the key where it may go.</summary>
    public HttpRequestMessage Request(HttpMethod method, string url, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.Accept.Add(new("application/json"));
        if (options.Key is { } key && options.KeyMayGoTo(request.RequestUri!))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Key", key);
        }

        return request;
    }

    /// <summary>UTF-8 JSON without a charset parameter, as fal's own clients send it.</summary>
    public static HttpContent Json(ReadOnlyMemory<byte> body) =>
        new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };

    async Task<HttpResponseMessage> SendOnceAsync(
        Func<HttpRequestMessage> make, TimeSpan? limit, CancellationToken cancellationToken)
    {
        using var request = make();
        using var timeout = limit is { } span
            ? new CancellationTokenSource(span, options.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Not repeated: a peer that was silent for the whole limit would cost the caller another one.
            throw new TimeoutException($"No answer from {request.RequestUri!.Authority} in time.", fault);
        }
    }

    static async Task<ApiException> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxErrorBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken)
            .ConfigureAwait(false);
        return ApiException.From((int)answer.StatusCode, Encoding.UTF8.GetString(buffer, 0, length), answer);
    }

    static JsonElement Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes.Length is 0 ? "{}"u8.ToArray() : bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The server's answer is not JSON.", fault);
        }
    }

    static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
