using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atelier.Protocol.MessagePack;

/// <summary>MessagePack as JSON and back, for peers of which one speaks the other's language.</summary>
/// <remarks>
/// What JSON has no form for: <c>bin</c> becomes a base64 string (and stays a string on the way back), a time becomes
/// an ISO 8601 string, a number that is not finite becomes null, a whole number as a key becomes its digits. Other
/// extensions and other keys are refused.
/// </remarks>
public static class MessagePackJson
{
    static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    static readonly JsonDocumentOptions Reading = new() { MaxDepth = MessagePackReader.DepthMax };

    /// <summary>Writes one MessagePack value as JSON.</summary>
    /// <exception cref="MessagePackException">
    /// The bytes are not one MessagePack value, are nested too deeply, or hold what has no JSON form.
    /// </exception>
    public static void ToJson(ReadOnlySpan<byte> messagePack, IBufferWriter<byte> output)
    {
        var reader = new MessagePackReader(messagePack);
        using var writer = new Utf8JsonWriter(output, Writing);
        ToJson(ref reader, writer, depth: 0);
        if (!reader.IsEnd)
        {
            throw new MessagePackException("There are bytes after the MessagePack value");
        }
    }

    /// <summary>Writes one JSON value as MessagePack.</summary>
    /// <exception cref="MessagePackException">The text is not one JSON value, or is nested too deeply.</exception>
    public static void FromJson(ReadOnlyMemory<byte> json, IBufferWriter<byte> output)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            FromJson(document.RootElement, new MessagePackWriter(output));
        }
        catch (JsonException)
        {
            throw new MessagePackException("The text is not valid JSON");
        }
    }

    /// <summary>Writes one JSON value as MessagePack.</summary>
    /// <exception cref="MessagePackException">A string holds half a character.</exception>
    public static void FromJson(JsonElement value, MessagePackWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(value.GetPropertyCount());
                foreach (var property in value.EnumerateObject())
                {
                    writer.Write(Text(property, static property => property.Name));
                    FromJson(property.Value, writer);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    FromJson(item, writer);
                }

                break;
            case JsonValueKind.String:
                writer.Write(Text(value, static value => value.GetString()!));
                break;
            case JsonValueKind.Number:
                Number(value, writer);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(value.ValueKind is JsonValueKind.True);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    static void Number(JsonElement value, MessagePackWriter writer)
    {
        if (value.TryGetInt64(out var whole))
        {
            writer.Write(whole);
        }
        else if (value.TryGetUInt64(out var large))
        {
            writer.Write(large);
        }
        else
        {
            writer.Write(value.GetDouble());
        }
    }

    // The parser lets an escaped lone surrogate pass and throws when the text is asked for.
    static string Text<T>(T value, Func<T, string> read)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException)
        {
            throw new MessagePackException("A JSON string holds half a character");
        }
    }

    static void ToJson(ref MessagePackReader reader, Utf8JsonWriter json, int depth)
    {
        var token = reader.Read();
        switch (token.Type)
        {
            case MessagePackType.Map:
                json.WriteStartObject();
                for (var i = Deeper(token.Count, depth); i > 0; i--)
                {
                    Key(reader.Read(), json);
                    ToJson(ref reader, json, depth + 1);
                }

                json.WriteEndObject();
                break;
            case MessagePackType.Array:
                json.WriteStartArray();
                for (var i = Deeper(token.Count, depth); i > 0; i--)
                {
                    ToJson(ref reader, json, depth + 1);
                }

                json.WriteEndArray();
                break;
            default:
                Single(token, json);
                break;
        }
    }

    static int Deeper(int count, int depth) => depth < MessagePackReader.DepthMax
        ? count
        : throw new MessagePackException("The MessagePack is nested deeper than 64 levels");

    static void Single(MessagePackToken token, Utf8JsonWriter json)
    {
        switch (token.Type)
        {
            case MessagePackType.Boolean:
                json.WriteBooleanValue(token.Boolean);
                break;
            case MessagePackType.Integer:
                json.WriteNumberValue(token.Integer);
                break;
            case MessagePackType.Unsigned:
                json.WriteNumberValue(token.Unsigned);
                break;
            case MessagePackType.Float when double.IsFinite(token.Float):
                json.WriteNumberValue(token.Float);
                break;
            case MessagePackType.String:
                json.WriteStringValue(token.Bytes);
                break;
            case MessagePackType.Binary:
                json.WriteBase64StringValue(token.Bytes);
                break;
            case MessagePackType.Extension:
                json.WriteStringValue(Time(token));
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    static void Key(MessagePackToken token, Utf8JsonWriter json)
    {
        switch (token.Type)
        {
            case MessagePackType.String:
                json.WritePropertyName(token.Bytes);
                break;
            case MessagePackType.Integer:
                json.WritePropertyName(token.Integer.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new MessagePackException("A key is neither a string nor a whole number");
        }
    }

    static DateTime Time(MessagePackToken token)
    {
        if (token.ExtensionType != MessagePackWriter.TimestampExtension)
        {
            throw new MessagePackException(
                $"The extension {token.ExtensionType.ToString(CultureInfo.InvariantCulture)} has no JSON form");
        }

        var bytes = token.Bytes;
        (long Seconds, ulong Nanoseconds) time = bytes.Length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes), 0),
            8 => Packed(BinaryPrimitives.ReadUInt64BigEndian(bytes)),
            12 => (BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes)),
            _ => throw new MessagePackException("A time has 4, 8 or 12 bytes"),
        };
        const ulong NanosecondsEachSecond = 1_000_000_000;
        return time.Nanoseconds < NanosecondsEachSecond
            && time.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && time.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTime.UnixEpoch.AddTicks(
                (time.Seconds * TimeSpan.TicksPerSecond) + ((long)time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : throw new MessagePackException("A time lies outside the years 1 to 9999");
    }

    // 30 bits of nanoseconds before 34 bits of seconds.
    static (long Seconds, ulong Nanoseconds) Packed(ulong time) => ((long)(time & 0x3_ffff_ffff), time >> 34);
}
