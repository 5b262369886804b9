using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.MessagePack;

namespace Atelier.Tests.Protocol.MessagePack;

/// <summary>
/// Damaged bytes end in a value or in a <see cref="MessagePackException"/>, and never take more memory than they are
/// worth. The same cases each time; <c>ATELIER_FUZZ_CASES</c> says how many.
/// </summary>
public sealed class FuzzTests
{
    // A control character is one byte of MessagePack and six of JSON; the rest is a buffer's own growth.
    const int GrowthMax = 6;
    const int SlackBytes = 64;

    static readonly int Cases = int.TryParse(
        Environment.GetEnvironmentVariable("ATELIER_FUZZ_CASES"), CultureInfo.InvariantCulture, out var cases) ? cases : 4000;

    [Fact]
    public void Damaged_bytes_are_a_value_or_an_error()
    {
        var seeds = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors.json")))!.AsArray()
            .SelectMany(row => new[] { row!["msgpack"], row["msgpackr"] }).OfType<JsonNode>()
            .Select(hex => Convert.FromHexString(hex.GetValue<string>())).ToList();
        var random = new Random(20260101);
        var values = 0;
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Damage(seeds[random.Next(seeds.Count)], random);
            ArrayBufferWriter<byte> json = new();
            try
            {
                MessagePackJson.ToJson(bytes, json);
            }
            catch (MessagePackException)
            {
                Assert.True(json.WrittenCount <= bytes.Length * GrowthMax + SlackBytes);
                continue;
            }

            // What was read is JSON, and comes back as MessagePack that says the same.
            values++;
            Assert.True(json.WrittenCount <= bytes.Length * GrowthMax + SlackBytes);
            ArrayBufferWriter<byte> again = new(), twice = new();
            MessagePackJson.FromJson(json.WrittenMemory, again);
            MessagePackJson.ToJson(again.WrittenSpan, twice);
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json.WrittenSpan), JsonElement.Parse(twice.WrittenSpan)));
        }

        Assert.InRange(values, Cases / 20, Cases);
    }

    static byte[] Damage(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (var strokes = random.Next(1, 5); strokes > 0 && bytes.Count > 0; strokes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(0xc0, 0xe0));
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(8, bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}
