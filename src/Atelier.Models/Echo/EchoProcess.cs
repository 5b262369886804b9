using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Atelier.Apps;

namespace Atelier.Models.Echo;

/// <summary>
/// Answers what it is sent, from a runner process, and can be told to be slow, chatty, faulty or dead. What it does is
/// specified in <c>docs/echo.md</c>, which the gateway's own <c>atelier/echo</c> follows too.
/// </summary>
[App("atelier/echo-process")]
public sealed partial class EchoProcess(TimeProvider time) : App
{
    public EchoProcess()
        : this(TimeProvider.System)
    {
    }

    public override int MaxMultiplexing => 8;

    public override int MaxConcurrency => 2;

    /// <summary>Runs the effects in the order of the table, then answers.</summary>
    [Endpoint(
        "/",
        Title = "Echo (process)",
        Category = "json",
        Description = "A diagnostic: answers its input, by way of a runner process.",
        Diagnostic = true)]
    public async Task<EchoOutput> RunAsync(EchoInput input, Call call, CancellationToken cancellationToken)
    {
        for (var line = 1; line <= input.Logs; line++)
        {
            call.Log($"log {line}");
        }

        if (input.DelayMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(input.DelayMs), time, cancellationToken);
        }

        if (input.Crash)
        {
            Environment.FailFast("The request asked for a crash.");
        }

        if (input.Hang)
        {
            await new TaskCompletionSource().Task;
        }

        if (input.Fail is { } fail && call.Attempt <= (fail.Times ?? int.MaxValue))
        {
            throw new AppException("asked to fail", fail.Status)
            {
                Detail = fail.Detail.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : fail.Detail,
            };
        }

        var file = input.File is { } wanted
            ? await call.SaveAsync(
                Encoding.UTF8.GetBytes(wanted.Text), wanted.ContentType, "echo.txt", cancellationToken)
            : null;
        return new()
        {
            Echo = call.Input,
            RequestId = call.RequestId,
            Attempt = call.Attempt,
            Padding = input.SizeBytes > 0 ? new string('x', input.SizeBytes) : null,
            File = file,
        };
    }

    /// <summary>Events at a pace; a failure after the first breaks the stream off.</summary>
    [Endpoint(
        "/stream",
        Title = "Echo Stream (process)",
        Category = "json",
        Description = "A diagnostic: answers a stream of events, by way of a runner process.",
        Diagnostic = true)]
    public async IAsyncEnumerable<EchoEvent> StreamAsync(
        EchoStreamInput input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var index = 1; index <= input.Count; index++)
        {
            if (index > 1 && input.IntervalMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(input.IntervalMs), time, cancellationToken);
            }

            if (index == input.FailAt)
            {
                throw new AppException("asked to fail", 500);
            }

            yield return new() { Index = index, Count = input.Count, RequestId = call.RequestId };
        }
    }
}
