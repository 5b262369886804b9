namespace Atelier.Protocol.MessagePack;

/// <summary>Bytes that are not MessagePack, or a value that MessagePack or JSON cannot hold. The text may reach the peer.</summary>
public sealed class MessagePackException(string message) : FormatException(message);
