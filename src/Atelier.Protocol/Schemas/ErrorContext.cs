using System.Buffers;
using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary>Builds the <c>ctx</c> of an error: the limits that were broken.</summary>
static class ErrorContext
{
    public static JsonElement Of(string name, JsonElement value) => Build(writer =>
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    });

    public static JsonElement Of(string name, string value) => Build(writer => writer.WriteString(name, value));

    public static JsonElement Of(string name, int value) => Build(writer => writer.WriteNumber(name, value));

    public static JsonElement OfList(string limitName, int limit, int actual) => Build(writer =>
    {
        writer.WriteString("field_type", "List");
        writer.WriteNumber(limitName, limit);
        writer.WriteNumber("actual_length", actual);
    });

    static JsonElement Build(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(64);
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        Utf8JsonReader reader = new(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
