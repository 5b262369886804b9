using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.MessagePack;

namespace Atelier.Tests.Protocol.MessagePack;

/// <summary>What <c>@msgpack/msgpack</c> and <c>msgpackr</c> write is read, and what we write is what the first writes.</summary>
public sealed class MessagePackVectorTests
{
    static readonly IReadOnlyList<JsonObject> Rows =
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors.json")))!.AsArray()
            .Select(row => row!.AsObject())];

    [Fact]
    public void What_others_write_is_read()
    {
        foreach (var row in Rows.Where(row => row.ContainsKey("json")))
        {
            foreach (var writer in (string[])["msgpack", "msgpackr"])
            {
                var json = ToJson(Convert.FromHexString(row[writer]!.GetValue<string>()));
                var expected = row["json"]!.GetValue<string>();
                Assert.True(
                    JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(json)),
                    $"{writer}: expected {expected}, was {Encoding.UTF8.GetString(json)}");
            }
        }
    }

    [Fact]
    public void What_is_written_is_what_others_write()
    {
        foreach (var row in Rows.Where(row => row["both"]?.GetValue<bool>() is true))
        {
            Assert.Equal(
                row["msgpack"]!.GetValue<string>(),
                Convert.ToHexStringLower(FromJson(Encoding.UTF8.GetBytes(row["json"]!.GetValue<string>()))));
        }
    }

    [Fact]
    public void Long_values_are_written_as_others_write_them_and_read_back()
    {
        foreach (var row in Rows.Where(row => row.ContainsKey("of")))
        {
            var count = row["length"]!.GetValue<int>();
            JsonNode value = row["of"]!.GetValue<string>() switch
            {
                "string" => JsonValue.Create(new string('x', count)),
                "array" => new JsonArray([.. Enumerable.Range(0, count).Select(_ => JsonValue.Create(0))]),
                _ => new JsonObject(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)i))),
            };
            var json = JsonSerializer.SerializeToUtf8Bytes(value);

            var written = FromJson(json);

            Assert.Equal(row["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(written)));
            Assert.Equal(json, ToJson(written));
        }
    }

    static byte[] ToJson(byte[] bytes)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackJson.ToJson(bytes, output);
        return output.WrittenSpan.ToArray();
    }

    static byte[] FromJson(byte[] json)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackJson.FromJson(json, output);
        return output.WrittenSpan.ToArray();
    }
}
