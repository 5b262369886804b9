namespace Atelier.Server.Packs;

/// <summary>
/// A source failed in a way that waiting or trying again may mend. The message is a reason, no sentence.
/// </summary>
sealed class PackTransferException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>A source or its content is refused. The message is a reason, no sentence.</summary>
sealed class PackRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
