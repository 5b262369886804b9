namespace Atelier.Protocol.Realtime;

/// <summary>How a message is written: clients choose by the frames that they send.</summary>
public enum RealtimeFormat
{
    /// <summary>Binary frames.</summary>
    MessagePack,

    /// <summary>Text frames.</summary>
    Json,
}
