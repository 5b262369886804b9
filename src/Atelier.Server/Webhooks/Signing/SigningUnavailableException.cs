namespace Atelier.Server.Webhooks.Signing;

/// <summary>Nothing can be signed now. The message says what to do and names no paths.</summary>
sealed class SigningUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
