namespace Atelier.Protocol;

/// <summary>Every header of the wire that is not HTTP's own.</summary>
public static class FalHeaders
{
    /// <summary>Answer and runner call: the request's id. Java clients fail without it.</summary>
    public const string RequestId = "x-fal-request-id";

    /// <summary>Runner call: the whole endpoint id.</summary>
    public const string Endpoint = "x-fal-endpoint";

    /// <summary>Runner call: which attempt this is, from 1.</summary>
    public const string Attempt = "x-atelier-attempt";

    /// <summary>Answer: name, size, quantisation and pack version of the model that really ran.</summary>
    public const string Model = "x-atelier-model";

    /// <summary>Request: seconds that may pass before processing starts, as a decimal.</summary>
    public const string RequestTimeout = "x-fal-request-timeout";

    /// <summary>Answer to a 504: <c>user</c> when the caller's own deadline passed; clients then never retry.</summary>
    public const string RequestTimeoutType = "x-fal-request-timeout-type";

    /// <summary>Request: <c>normal</c> or <c>low</c>.</summary>
    public const string QueuePriority = "x-fal-queue-priority";

    /// <summary>Request: an opaque hint for sticky routing.</summary>
    public const string RunnerHint = "x-fal-runner-hint";

    /// <summary>Request: lifetime and access of output files, as JSON.</summary>
    public const string LifecyclePreference = "x-fal-object-lifecycle-preference";

    /// <summary>Upload: lifetime and access of the uploaded file, as JSON.</summary>
    public const string Lifecycle = "x-fal-object-lifecycle";

    /// <summary>Request: <c>0</c> keeps no payloads beyond an hour.</summary>
    public const string StoreIo = "x-fal-store-io";

    /// <summary>Request: <c>1</c>, <c>true</c> or <c>yes</c> switches retries off.</summary>
    public const string NoRetry = "x-fal-no-retry";

    /// <summary>Runner answer: <c>1</c> or <c>0</c> overrides the retry rule for 5xx and 429.</summary>
    public const string NeedsRetry = "x-fal-needs-retry";

    /// <summary>
    /// Answer: whether the same request may succeed when it is sent again, <c>true</c> or <c>false</c>. From a runner, the
    /// newer spelling of <see cref="NeedsRetry"/>.
    /// </summary>
    public const string Retryable = "x-fal-retryable";

    /// <summary>Request: retries by kind of failure, as JSON.</summary>
    public const string RetryConfig = "x-fal-retry-config";

    /// <summary>Request: the caller's own labels, <c>k=v,k=v</c>.</summary>
    public const string Tags = "x-fal-tags";

    /// <summary>Runner answer: what this runner holds ready, comma-separated; requests hint at it.</summary>
    public const string RunnerHints = "x-fal-runner-hints";

    /// <summary>Runner answer: ends this runner, or keeps it.</summary>
    public const string StopRunner = "x-fal-stop-runner";

    /// <summary>Answer: what the request costs; <c>0</c> for validation errors and unknown paths.</summary>
    public const string BillableUnits = "x-fal-billable-units";

    /// <summary>Answer: the platform's error type, also in the body.</summary>
    public const string ErrorType = "x-fal-error-type";

    /// <summary>Upload: the file's name.</summary>
    public const string FileName = "x-fal-file-name";

    /// <summary>Proxy call: the absolute fal URL that is meant.</summary>
    public const string TargetUrl = "x-fal-target-url";

    /// <summary>Any mutation: repeats with the same key answer the first one's result.</summary>
    public const string IdempotencyKey = "idempotency-key";
}
