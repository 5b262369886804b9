using System.Buffers;
using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol.MessagePack;

namespace Atelier.Apps.Realtime;

/// <summary>
/// Records as MessagePack, with the names and the rules of their JSON. Written from the same description of the types,
/// so that the two cannot differ; bytes stay bytes, where JSON has base64.
/// </summary>
static class MessagePackOutput
{
    public static ReadOnlyMemory<byte> Write(object? value, Type type)
    {
        ArrayBufferWriter<byte> output = new();
        Write(value, type, new MessagePackWriter(output));
        return output.WrittenMemory;
    }

    static void Write(object? value, Type type, MessagePackWriter writer)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                return;
            case byte[] bytes:
                writer.WriteBinary(bytes);
                return;
            case ReadOnlyMemory<byte> bytes:
                writer.WriteBinary(bytes.Span);
                return;
            case string text:
                writer.Write(text);
                return;
            default:
                break;
        }

        var info = AppJson.Options.GetTypeInfo(type == typeof(object) ? value.GetType() : type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                WriteFields(value, info, writer);
                break;
            case JsonTypeInfoKind.Enumerable when value is IEnumerable items:
                WriteItems(items, info.ElementType ?? typeof(object), writer);
                break;
            default:
                // Numbers, times, enums, dictionaries and free JSON have one form, which JSON knows.
                MessagePackJson.FromJson(JsonSerializer.SerializeToElement(value, info), writer);
                break;
        }
    }

    static void WriteFields(object value, JsonTypeInfo info, MessagePackWriter writer)
    {
        List<(JsonPropertyInfo Field, object? Value)> fields = [];
        foreach (var field in info.Properties.Where(field => field.Get is not null))
        {
            var content = field.Get!(value);
            if (field.ShouldSerialize?.Invoke(value, content) is not false)
            {
                fields.Add((field, content));
            }
        }

        writer.WriteMapHeader(fields.Count);
        foreach (var (field, content) in fields)
        {
            writer.Write(field.Name);
            Write(content, field.PropertyType, writer);
        }
    }

    static void WriteItems(IEnumerable items, Type type, MessagePackWriter writer)
    {
        List<object?> list = [.. items];
        writer.WriteArrayHeader(list.Count);
        foreach (var item in list)
        {
            Write(item, type, writer);
        }
    }
}
