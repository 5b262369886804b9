namespace Atelier.Apps.Describing;

/// <summary>
/// An app class is not what the app model asks for. The message names the class and says what to change.
/// </summary>
public sealed class AppDefinitionException(string message) : Exception(message);
