namespace Atelier.Server.Outbound;

/// <summary>Why a caller's address could not be fetched.</summary>
public enum OutboundFailure
{
    /// <summary>Not an absolute http or https URL, or one with a user name in it.</summary>
    BadUrl,

    /// <summary>The host is not on the public internet.</summary>
    Refused,

    /// <summary>No name, no connection, no valid TLS, or the connection broke.</summary>
    Unreachable,

    /// <summary>The host answered something other than success.</summary>
    BadStatus,

    /// <summary>More redirects than are followed.</summary>
    TooManyRedirects,

    /// <summary>The body is over the limit.</summary>
    TooLarge,

    /// <summary>A time limit passed.</summary>
    TimedOut,
}

/// <summary>A fetch that failed. The message is a sentence for the caller: it names no address we resolved.</summary>
public sealed class OutboundException(OutboundFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public OutboundFailure Failure { get; } = failure;
}
