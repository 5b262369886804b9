using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Apps.Describing;
using Atelier.Protocol;
using Atelier.Protocol.Realtime;
using Atelier.Protocol.Schemas;

namespace Atelier.Apps.Realtime;

/// <summary>Messages as records and back. Input is checked against its schema, as the input of a call is.</summary>
sealed class RealtimeCodec<TIn>
{
    readonly InputValidator _validator;

    public RealtimeCodec()
    {
        Schema = SchemaGenerator.Generate(typeof(TIn), isInput: true);
        _validator = InputValidator.Compile(Schema);
    }

    public JsonObject Schema { get; }

    /// <exception cref="RealtimeException">The message does not fit; the text names the first field that does not.</exception>
    public TIn Read(RealtimeMessage message)
    {
        if (message is TIn raw)
        {
            return raw;
        }

        using var document = InputValidator.Parse(message.As(RealtimeFormat.Json), out var invalid);
        ReadOnlyMemory<byte> coerced = default;
        var errors = document is null ? [invalid!] : _validator.Coerce(document.RootElement, out coerced);
        if (errors.Count > 0)
        {
            throw new RealtimeException(RealtimeFrames.BadRequest, Sentence(errors[0]));
        }

        try
        {
            return JsonSerializer.Deserialize<TIn>(coerced.Span, AppJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw new RealtimeException(
                RealtimeFrames.BadRequest, $"{exception.Path?.TrimStart('$', '.')}: Input is out of range");
        }
    }

    public async IAsyncEnumerable<TIn> ReadAllAsync(
        RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            yield return Read(message);
        }
    }

    public static RealtimeOutput Write<TOut>(TOut output) => output is RealtimeMessage raw
        ? raw.As
        : format => format is RealtimeFormat.Json
            ? JsonSerializer.SerializeToUtf8Bytes(output, AppJson.Options)
            : MessagePackOutput.Write(output, typeof(TOut));

    static string Sentence(ValidationDetail error)
    {
        var field = string.Join('.', error.Loc.Skip(1));
        return field.Length == 0 ? error.Msg : $"{field}: {error.Msg}";
    }
}
