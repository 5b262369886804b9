using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Server.Wire;

/// <summary>
/// JSON answers. The content type is exactly <c>application/json</c>, without charset: JavaScript clients choose their
/// parser by it (protocol §22, item 17).
/// </summary>
public static class WireJson
{
    /// <summary>How every answer is written: text as it is, since no answer is put into a page.</summary>
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a value; <paramref name="type"/> comes from a source-generated context.</summary>
    public static IResult Ok<T>(T value, JsonTypeInfo<T> type, int status = 200) => new Answer<T>(value, type, status);

    sealed class Answer<T>(T value, JsonTypeInfo<T> type, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "application/json";
            using (var writer = new Utf8JsonWriter(response.BodyWriter, Relaxed))
            {
                JsonSerializer.Serialize(writer, value, type);
            }

            return response.BodyWriter.FlushAsync(httpContext.RequestAborted).AsTask();
        }
    }
}
