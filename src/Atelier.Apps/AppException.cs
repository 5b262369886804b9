using System.Text.Json;

namespace Atelier.Apps;

/// <summary>An error that the caller shall see: <c>{"detail": message}</c> with the given status.</summary>
public class AppException(string message, int statusCode) : Exception(message)
{
    public int StatusCode { get; } = statusCode;

    /// <summary>What <c>detail</c> holds in place of the message, for errors that are more than a text.</summary>
    public JsonElement? Detail { get; init; }
}

/// <summary>A wrong input field: 422 with <c>{"detail":[{"loc":["body",field],"msg","type"}]}</c>.</summary>
/// <param name="field">The input field.</param>
/// <param name="message">What is wrong and what would be right.</param>
/// <param name="type">fal's or pydantic's error type: <c>value_error</c>, <c>image_load_error</c>.</param>
public sealed class FieldException(string field, string message, string type = "value_error")
    : AppException(message, 422)
{
    public string Field { get; } = field;

    public string Type { get; } = type;

    /// <summary>Limits that were broken, as <c>ctx</c>: <c>{"max_size": 1024}</c>.</summary>
    public IReadOnlyDictionary<string, object>? Context { get; init; }
}
