namespace Atelier.Queue;

/// <summary>
/// The store could not write (disk full, I/O error): nothing was accepted, and a later call may succeed.
/// </summary>
/// <remarks>The gateway answers 503. The message is for the log; it may name what the file system said.</remarks>
public sealed class QueueUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
