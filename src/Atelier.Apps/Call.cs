using System.Text.Json;

namespace Atelier.Apps;

/// <summary>One request, as an endpoint sees it. What it does for the app goes through the gateway.</summary>
public abstract class Call
{
    public abstract string RequestId { get; }

    /// <summary>The endpoint id that was called.</summary>
    public abstract string Endpoint { get; }

    /// <summary>From 1.</summary>
    public abstract int Attempt { get; }

    /// <summary>
    /// The input as the caller sent it, unknown fields included; undefined where a test made the call.
    /// </summary>
    public virtual JsonElement Input => default;

    /// <summary>What the request costs, in the endpoint's own unit; null leaves it to the gateway. 422 costs 0.</summary>
    public double? BillableUnits { get; set; }

    /// <summary>
    /// Whether an error is tried again, against the rule (503 and 504 are, other statuses are not). Counts on 5xx and
    /// 429 only.
    /// </summary>
    public bool? NeedsRetry { get; set; }

    /// <summary>
    /// True: this runner takes no more calls and ends when the others are done. False: it stays, even after a 503.
    /// </summary>
    public bool? StopRunner { get; set; }

    /// <summary>Realtime: true ends the session after the answer that is given now.</summary>
    public bool EndSession { get; set; }

    /// <summary>Adds a line to the request's log.</summary>
    public abstract void Log(string message, string level = "INFO");

    /// <summary>
    /// Stores an output file and returns what the answer holds. With <c>sync_mode: true</c> in the input the file is
    /// answered as a data URI and stored nowhere.
    /// </summary>
    public abstract Task<FileOutput> SaveAsync(
        ReadOnlyMemory<byte> content, string contentType, string fileName, CancellationToken cancellationToken);

    /// <summary>As <see cref="SaveAsync"/>, for a picture whose size is known.</summary>
    public abstract Task<ImageOutput> SaveImageAsync(
        ReadOnlyMemory<byte> content,
        string contentType,
        string fileName,
        int width,
        int height,
        CancellationToken cancellationToken);

    /// <summary>
    /// The bytes behind an input field: an http(s) URL, a data URI, or a file of our own under the caller's rights.
    /// </summary>
    /// <param name="field">The input field's name, for the error.</param>
    /// <param name="url">The field's value.</param>
    /// <param name="maxBytes">Over this, <c>file_too_large</c>.</param>
    /// <exception cref="FieldException">
    /// 422 <c>file_download_error</c> or <c>file_too_large</c>, naming the field.
    /// </exception>
    public abstract Task<ReadOnlyMemory<byte>> FetchAsync(
        string field, string url, long maxBytes, CancellationToken cancellationToken);
}
