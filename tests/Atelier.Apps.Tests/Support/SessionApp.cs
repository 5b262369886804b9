using System.ComponentModel.DataAnnotations;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Atelier.Apps;
using Atelier.Protocol.Realtime;

namespace Atelier.Tests.Apps;

/// <summary>A realtime endpoint of each mode, and a plain socket.</summary>
[App("tests/session", Packs = ["sample-pack"])]
sealed class SessionApp : App
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Realtime("/realtime", Title = "Unary", Buffering = 3, SessionTimeoutSeconds = 1)]
    public static Task<Said> UnaryAsync(Say input, Call call, CancellationToken cancellationToken)
    {
        call.Log($"heard {input.Text}");
        return input.Text switch
        {
            "app" => throw new AppException("no such voice", 418),
            "field" => throw new FieldException("text", "too odd"),
            "other" => throw new InvalidOperationException("the secret reason"),
            _ => Task.FromResult(new Said(input.Text.ToUpperInvariant()) { Bytes = input.Bytes, Note = input.Note }),
        };
    }

    [Realtime("/batch", MaxBatchSize = 4)]
    public async Task<Batch> BatchAsync(IReadOnlyList<Say> inputs, Call call, CancellationToken cancellationToken)
    {
        Entered.TrySetResult();
        await Released.Task.WaitAsync(cancellationToken);
        return new([.. inputs.Select(input => input.Text)]);
    }

    [Realtime("/server")]
    public static async IAsyncEnumerable<Said> CountAsync(
        Say input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var letter in input.Text)
        {
            await Task.Yield();
            yield return new(letter.ToString());
        }
    }

    [Realtime("/client", SessionTimeoutSeconds = 1)]
    public static async Task<Said> JoinAsync(IAsyncEnumerable<Say> inputs, Call call, CancellationToken cancellationToken)
    {
        List<string> parts = [];
        await foreach (var input in inputs)
        {
            parts.Add(input.Text);
            if (input.Text is "end")
            {
                break;
            }
        }

        return new(string.Join('+', parts));
    }

    [Realtime("/bidi")]
    public static async IAsyncEnumerable<RealtimeMessage> AnswerAsync(
        IAsyncEnumerable<RealtimeMessage> inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var input in inputs.WithCancellation(cancellationToken))
        {
            yield return input;
            yield return input;
        }
    }

    [WebSocketEndpoint("/ws")]
    public static async Task RawAsync(WebSocket socket, Call call, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, cancellationToken);
        if (buffer[0] == (byte)'!')
        {
            throw new InvalidOperationException("the secret reason");
        }
    }
}

enum Mood
{
    Calm,
    VeryLoud,
}

sealed record Say
{
    [StringLength(10, MinimumLength = 1)]
    public required string Text { get; init; }

    public byte[]? Bytes { get; init; }

    public string? Note { get; init; }
}

sealed record Said(string Text)
{
    public byte[]? Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    public Mood Mood { get; init; } = Mood.VeryLoud;

    public IReadOnlyList<double> Numbers { get; init; } = [1, 0.5];
}

sealed record Batch(IReadOnlyList<string> Texts);
