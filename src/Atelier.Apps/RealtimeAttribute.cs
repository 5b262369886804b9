using Atelier.Protocol.Realtime;

namespace Atelier.Apps;

/// <summary>
/// Makes a method a realtime endpoint: callers hold a WebSocket open and send one message after the other. Parameters
/// and result choose the mode:
/// <list type="bullet">
/// <item><c>Task&lt;TOut&gt; M(TIn, Call, CancellationToken)</c>: unary, one answer a message.</item>
/// <item><c>Task&lt;TOut&gt; M(IReadOnlyList&lt;TIn&gt;, …)</c>: unary, one answer for up to <see cref="MaxBatchSize"/> messages.</item>
/// <item><c>IAsyncEnumerable&lt;TOut&gt; M(TIn, …)</c>: server streaming, many answers to one message.</item>
/// <item><c>Task&lt;TOut&gt; M(IAsyncEnumerable&lt;TIn&gt;, …)</c>: client streaming, one answer to many messages.</item>
/// <item><c>IAsyncEnumerable&lt;TOut&gt; M(IAsyncEnumerable&lt;TIn&gt;, …)</c>: both ways.</item>
/// </list>
/// </summary>
/// <param name="path">Within the app; clients of fal use <c>/realtime</c> when they are not told another.</param>
/// <remarks>
/// Messages are MessagePack or JSON as the caller likes; <c>byte[]</c> fields are <c>bin</c> in the one and base64 in
/// the other. With <see cref="RealtimeMessage"/> for a type the method reads and writes messages itself.
/// </remarks>
public sealed class RealtimeAttribute(string path) : EndpointAttribute(path)
{
    /// <summary>
    /// Messages that wait while the app is at work, 1 to 60; when one more comes, the oldest is dropped. 0 drops none.
    /// A caller's <c>max_buffering</c> stands in its place. Of unary endpoints only.
    /// </summary>
    public int Buffering { get; init; }

    /// <summary>Seconds without a message after which the session ends.</summary>
    public int SessionTimeoutSeconds { get; init; } = (int)RealtimeSessionOptions.DefaultIdleTimeout.TotalSeconds;

    /// <summary>Messages that the method takes at once, when its parameter is a list.</summary>
    public int MaxBatchSize { get; init; } = 1;
}
