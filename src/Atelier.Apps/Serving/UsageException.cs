namespace Atelier.Apps.Serving;

/// <summary>The program was started wrongly: the message is printed and the exit code is 2.</summary>
sealed class UsageException(string message) : Exception(message);
