using System.Buffers;
using System.Text.Json;
using Atelier.Server.Wire;

namespace Atelier.Server.Calls;

/// <summary>The input of a GET run: the query string as a JSON object.</summary>
static class QueryInput
{
    /// <summary>Every value is a string, a repeated name a list; validation reads numbers and booleans out of strings.</summary>
    public static ReadOnlyMemory<byte> Read(IQueryCollection query)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, values) in query)
            {
                // What browsers put there instead of a header is not input.
                if (name is AcceptsToken.Parameter)
                {
                    continue;
                }

                json.WritePropertyName(name);
                if (values.Count == 1)
                {
                    json.WriteStringValue(values[0]);
                    continue;
                }

                json.WriteStartArray();
                foreach (var value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
