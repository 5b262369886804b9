using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Catalog;

/// <summary>The path extension <c>x-fal-protocol</c> of an endpoint that is a WebSocket (protocol §16).</summary>
static class SocketProtocol
{
    const string MessagePack = "application/msgpack";

    /// <param name="socket">What the endpoint says of its sessions.</param>
    /// <param name="operationId">A name for the endpoint.</param>
    public static JsonObject Describe(RealtimeManifest socket, string operationId)
    {
        var protocol = new JsonObject
        {
            ["type"] = socket.Type,
            ["operationId"] = operationId,
            ["config"] = new JsonObject
            {
                ["buffering"] = socket.Buffering,
                ["sessionTimeout"] = socket.SessionTimeoutSeconds,
                ["maxBatchSize"] = socket.MaxBatchSize,
            },
        };

        // A socket that the app has to itself carries what the app likes.
        if (socket.Mode is { } mode)
        {
            protocol["contentType"] = MessagePack;
            protocol["realtimeMode"] = mode;
        }

        return protocol;
    }
}
