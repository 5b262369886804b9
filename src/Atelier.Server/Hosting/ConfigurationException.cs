namespace Atelier.Server.Hosting;

/// <summary>The server cannot start as it was asked to. The message is for people: what, why, and what to do.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
