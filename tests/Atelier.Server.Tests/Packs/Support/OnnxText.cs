using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Atelier.Server.Tests.Packs.Support;

/// <summary>Reads an ONNX file by the published field numbers and tells it as text, a line a thing.</summary>
static class OnnxText
{
    public static string Read(ReadOnlyMemory<byte> file)
    {
        var graph = Fields(file).Single(field => field.Number == 7).Bytes;
        var parts = Fields(graph).ToList();
        return string.Join('\n',
        [
            .. parts.Where(part => part.Number == 11).Select(part => "in " + Value(part.Bytes)),
            .. parts.Where(part => part.Number == 12).Select(part => "out " + Value(part.Bytes)),
            .. parts.Where(part => part.Number == 5).Select(part => Constant(part.Bytes)),
            .. parts.Where(part => part.Number == 1).Select(part => Node(part.Bytes)),
        ]);
    }

    static string Node(ReadOnlyMemory<byte> node)
    {
        var fields = Fields(node).ToList();
        var attributes = fields.Where(field => field.Number == 5).Select(field => " " + Attribute(field.Bytes));
        var inputs = string.Join(',', Texts(fields, 1));
        return $"{Text(fields, 4)}({inputs}) -> {Text(fields, 2)}{string.Concat(attributes)}";
    }

    static string Attribute(ReadOnlyMemory<byte> attribute)
    {
        var fields = Fields(attribute).ToList();
        var kind = fields.Single(field => field.Number == 20).Value;
        var value = kind switch
        {
            1 => BinaryPrimitives.ReadSingleLittleEndian(fields.Single(field => field.Number == 2).Bytes.Span)
                .ToString(CultureInfo.InvariantCulture),
            2 => $"{fields.Single(field => field.Number == 3).Value}",
            3 => Text(fields, 4),
            _ => string.Join(',', fields.Where(field => field.Number == 8).Select(field => field.Value)),
        };
        return $"{Text(fields, 1)}={value}";
    }

    static string Constant(ReadOnlyMemory<byte> tensor)
    {
        var fields = Fields(tensor).ToList();
        var type = fields.Single(field => field.Number == 2).Value is 1 ? "float" : "int64";
        var shape = string.Join(',', fields.Where(field => field.Number == 1).Select(field => field.Value));
        return $"{Text(fields, 8)} {type}[{shape}] {fields.Single(field => field.Number == 9).Bytes.Length} bytes";
    }

    static string Value(ReadOnlyMemory<byte> value)
    {
        var fields = Fields(value).ToList();
        var tensor = Fields(fields.Single(field => field.Number == 2).Bytes).Single().Bytes;
        var shape = Fields(tensor).Single(field => field.Number == 2).Bytes;
        var sizes = Fields(shape).Select(dimension => Fields(dimension.Bytes).Single())
            .Select(size => size.Number == 1 ? $"{size.Value}" : Encoding.UTF8.GetString(size.Bytes.Span));
        return $"{Text(fields, 1)} [{string.Join(',', sizes)}]";
    }

    static string Text(IEnumerable<Field> fields, int number) => Texts(fields, number).Single();

    static IEnumerable<string> Texts(IEnumerable<Field> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => Encoding.UTF8.GetString(field.Bytes.Span));

    static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Number(message, ref at);
            var number = (int)(tag >> 3);
            if ((tag & 7) is 0)
            {
                yield return new(number, Number(message, ref at), default);
                continue;
            }

            var length = (tag & 7) is 5 ? 4 : (int)Number(message, ref at);
            yield return new(number, 0, message.Slice(at, length));
            at += length;
        }
    }

    static long Number(ReadOnlyMemory<byte> message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = message.Span[at++];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    sealed record Field(int Number, long Value, ReadOnlyMemory<byte> Bytes);
}
