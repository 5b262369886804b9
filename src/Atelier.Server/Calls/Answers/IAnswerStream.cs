namespace Atelier.Server.Calls;

/// <summary>Takes an app's answer as it comes: events, or any other body that is not one JSON value.</summary>
/// <remarks>
/// Its methods never throw. When the caller is gone they do nothing, and the call's token is cancelled; a caller who
/// reads slowly makes them wait, which is all the back-pressure there is.
/// </remarks>
public interface IAnswerStream
{
    /// <summary>The app answered 200 and its body follows. At most once, before the first <see cref="WriteAsync"/>.</summary>
    /// <param name="contentType">As the app named it: <c>text/event-stream</c>.</param>
    /// <param name="headers">The app's own answer headers that reach the caller; names lower-case.</param>
    ValueTask BeginAsync(string contentType, IReadOnlyDictionary<string, string> headers);

    /// <summary>The next bytes of the body.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);
}
