using System.Net.Http.Headers;

namespace Atelier.Tests.Server.Support;

/// <summary>A stream of server-sent events as it comes over the wire, block by block.</summary>
sealed class EventLines(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    public int Status => (int)response.StatusCode;

    public HttpResponseHeaders Headers => response.Headers;

    public string? ContentType => response.Content.Headers.ContentType?.ToString();

    /// <summary>Sends a request and returns when the answer's headers are there.</summary>
    public static async Task<EventLines> OpenAsync(
        HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        var stop = TestContext.Current.CancellationToken;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        return new(response, new(await response.Content.ReadAsStreamAsync(stop)));
    }

    /// <summary>The lines of the next block, joined; null at a clean end.</summary>
    /// <exception cref="IOException">The connection broke off.</exception>
    public async Task<string?> NextAsync()
    {
        List<string> lines = [];
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line is "")
            {
                return string.Join('\n', lines);
            }

            lines.Add(line);
        }

        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    /// <summary>Everything up to the end.</summary>
    public Task<string> RestAsync() => reader.ReadToEndAsync(TestContext.Current.CancellationToken);

    /// <summary>Drops the connection.</summary>
    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
