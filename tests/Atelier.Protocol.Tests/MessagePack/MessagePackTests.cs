using System.Buffers;
using System.Text;
using Atelier.Protocol.MessagePack;

namespace Atelier.Tests.Protocol.MessagePack;

/// <summary>What the vectors of others do not hold: numbers beyond JavaScript's, and bytes that are wrong.</summary>
public sealed class MessagePackTests
{
    [Theory]
    [InlineData("cfffffffffffffffff", "18446744073709551615")]
    [InlineData("cf7fffffffffffffff", "9223372036854775807")]
    [InlineData("d38000000000000000", "-9223372036854775808")]
    [InlineData("ca3dcccccd", "0.10000000149011612")]
    [InlineData("d0ff", "-1")]
    [InlineData("c70cff3b9ac9ff000000000000000a", "\"1970-01-01T00:00:10.9999999Z\"")]
    [InlineData("8101a161", "{\"1\":\"a\"}")]
    [InlineData("c403010203", "\"AQID\"")]
    public void A_value_is_read(string hex, string json) => Assert.Equal(json, ToJson(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("18446744073709551615", "cfffffffffffffffff")]
    [InlineData("-9223372036854775808", "d38000000000000000")]
    [InlineData("1.0", "cb3ff0000000000000")]
    [InlineData("1e999", "cb7ff0000000000000")]
    public void A_number_is_written(string json, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(FromJson(json)));

    [Theory]
    [InlineData("", "ends before")]
    [InlineData("c1", "0xc1")]
    [InlineData("a361", "ends before")]
    [InlineData("dfffffffff", "ends before")]
    [InlineData("ddffffffff", "ends before")]
    [InlineData("c6ffffffff", "ends before")]
    [InlineData("dbffffffff00", "ends before")]
    [InlineData("c9ffffffff00", "ends before")]
    [InlineData("9301", "ends before")]
    [InlineData("a1ff", "UTF-8")]
    [InlineData("81c000", "key")]
    [InlineData("81c3c3", "key")]
    [InlineData("d40100", "extension 1")]
    [InlineData("d4ff00", "4, 8 or 12")]
    [InlineData("c70cff3b9aca00000000000000000a", "years")]
    [InlineData("c70cff000000007fffffffffffffff", "years")]
    [InlineData("0000", "after")]
    public void What_is_no_MessagePack_is_refused(string hex, string reason)
    {
        var fault = Assert.Throws<MessagePackException>(() => ToJson(Convert.FromHexString(hex)));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    public void What_is_no_JSON_is_refused(string json) => Assert.Throws<MessagePackException>(() => FromJson(json));

    [Fact]
    public void Nesting_ends_at_64_levels()
    {
        var levels = Enumerable.Repeat((byte)0x91, 64).Append((byte)0).ToArray();

        Assert.Equal(new string('[', 64) + "0" + new string(']', 64), ToJson(levels));
        Assert.Throws<MessagePackException>(() => ToJson([0x91, .. levels]));
        Assert.Throws<MessagePackException>(() => FromJson(new string('[', 65) + new string(']', 65)));
    }

    [Fact]
    public void Bytes_and_times_are_written_in_each_length()
    {
        ArrayBufferWriter<byte> output = new();
        var writer = new MessagePackWriter(output);
        writer.WriteBinary(new byte[2]);
        writer.WriteExtension(5, new byte[16]);
        writer.WriteExtension(-1, new byte[12]);

        Assert.Equal(
            "c4020000" + "d805" + new string('0', 32) + "c70cff" + new string('0', 24),
            Convert.ToHexStringLower(output.WrittenSpan));
    }

    static string ToJson(byte[] bytes)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackJson.ToJson(bytes, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    static byte[] FromJson(string json)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackJson.FromJson(Encoding.UTF8.GetBytes(json), output);
        return output.WrittenSpan.ToArray();
    }
}
