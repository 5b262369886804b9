namespace Atelier.Server.Queue;

/// <summary>What a request's URL asks for.</summary>
enum RequestAction
{
    Result,
    Status,

    /// <summary>Status as server-sent events.</summary>
    StatusStream,
    Cancel,
}
