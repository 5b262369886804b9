using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Apps.Serving;

/// <summary>What an app's exception is on the wire: status and body, as fal's own runners answer.</summary>
/// <param name="IsFault">Not meant for the caller: the exception itself belongs in the log.</param>
sealed record CallFailure(int Status, byte[] Body, bool IsFault)
{
    static readonly string[] GpuWords =
        ["cuda", "cudnn", "nvml", "nccl", "cublas", "cufft", "cusolver", "cusparse", "triton"];

    /// <param name="cancelled">The request was cancelled; whatever the app threw afterwards is that.</param>
    public static CallFailure Of(Exception exception, bool cancelled) => exception switch
    {
        OperationCanceledException when cancelled => new(499, WireErrors.Detail("Request cancelled"), false),
        FieldException field => new(422, WireErrors.Validation([Detail(field)]), false),
        AppException { Detail: { } detail } app => new(app.StatusCode, WithDetail(detail), false),
        AppException app => new(app.StatusCode, WireErrors.Detail(app.Message), false),
        OutOfMemoryException => new(503, WireErrors.Detail("Out of memory"), true),
        _ when Contains(exception, "out of memory") && GpuWords.Any(word => Contains(exception, word)) =>
            new(503, WireErrors.Detail("CUDA error: out of memory"), true),
        _ when GpuWords.Any(word => Contains(exception, word)) => new(503, WireErrors.Detail("GPU error"), true),
        _ => new(500, WireErrors.Detail("Internal Server Error"), true),
    };

    static ValidationDetail Detail(FieldException field) =>
        new(WireErrors.Loc(field.Field), field.Message, field.Type)
        {
            Ctx = field.Context is null ? null : JsonSerializer.SerializeToElement(field.Context, AppJson.Options),
        };

    static byte[] WithDetail(JsonElement detail) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, JsonElement> { ["detail"] = detail }, AppJson.Options);

    static bool Contains(Exception exception, string word) =>
        exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase);
}
