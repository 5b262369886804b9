using System.Text;
using System.Text.Json;

namespace Atelier.Apps.Serving;

/// <summary>One request in a runner process.</summary>
sealed class ServedCall(
    string requestId,
    string endpoint,
    int attempt,
    RunnerOutput output,
    GatewayFiles files,
    CancellationTokenSource cancellation) : Call
{
    // Set once by the handler, before the app sees the call.
    JsonElement _input;
    bool _isSync;

    public override string RequestId { get; } = requestId;

    public override string Endpoint { get; } = endpoint;

    public override int Attempt { get; } = attempt;

    public override JsonElement Input => _input;

    /// <summary>Printed by the app and not yet ended by a newline; guarded by the output's lock.</summary>
    public StringBuilder Printed { get; } = new();

    /// <summary>Trips the token that the endpoint was given; does nothing when the call has just ended.</summary>
    public async Task CancelAsync()
    {
        try
        {
            await cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The call ended between being found and being cancelled.
        }
    }

    /// <param name="input">As the caller sent it.</param>
    /// <param name="isSync">The input, once coerced, asks for data URIs in place of stored files.</param>
    public void Begin(JsonElement input, bool isSync)
    {
        _input = input;
        _isSync = isSync;
    }

    public override void Log(string message, string level = "INFO") => output.WriteFor(this, message, level);

    public override async Task<FileOutput> SaveAsync(
        ReadOnlyMemory<byte> content, string contentType, string fileName, CancellationToken cancellationToken)
    {
        if (_isSync)
        {
            return new(DataUri.Write(contentType, content.Span), contentType, fileName, content.Length);
        }

        try
        {
            return await files.SaveAsync(RequestId, content, contentType, fileName, cancellationToken);
        }
        catch (AppException full) when (full.StatusCode == 503)
        {
            // A full disk is not this runner's fault: the attempt is repeated, and the weights stay loaded.
            StopRunner = false;
            throw;
        }
    }

    public override async Task<ImageOutput> SaveImageAsync(
        ReadOnlyMemory<byte> content,
        string contentType,
        string fileName,
        int width,
        int height,
        CancellationToken cancellationToken)
    {
        var file = await SaveAsync(content, contentType, fileName, cancellationToken);
        return new(file.Url, file.ContentType, file.FileName, file.FileSize, width, height);
    }

    public override async Task<ReadOnlyMemory<byte>> FetchAsync(
        string field, string url, long maxBytes, CancellationToken cancellationToken)
    {
        if (DataUri.Is(url))
        {
            return DataUri.Read(url, maxBytes, out var tooLarge) ?? throw (tooLarge
                ? TooLarge(field, Math.Min(maxBytes, DataUri.MaxBytes))
                : new FieldException(
                    field, "The data URI is not valid base64 or percent-encoding.", "file_download_error"));
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new FieldException(field, "Give an http or https URL, or a data URI.", "file_download_error");
        }

        return await files.FetchAsync(RequestId, field, url, maxBytes, cancellationToken);
    }

    static FieldException TooLarge(string field, long maxBytes) =>
        new(field, $"The file is larger than {maxBytes} bytes.", "file_too_large")
        {
            Context = new Dictionary<string, object> { ["max_size"] = maxBytes },
        };
}
