using System.Text.Json;

namespace Atelier.Server.Queue;

/// <summary>The answer to a submit.</summary>
/// <param name="QueueBaseUrl">How the caller reached the queue.</param>
/// <param name="Position">Requests ahead, from 0.</param>
readonly record struct Ticket(string QueueBaseUrl, string Endpoint, string RequestId, int Position)
{
    /// <summary>Keys and their order are fal's; JavaScript, Python, Java, Swift and Dart each need some of them.</summary>
    public static void Write(Utf8JsonWriter json, Ticket ticket)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "IN_QUEUE"u8);
        json.WriteString("request_id"u8, ticket.RequestId);
        RequestUrls.Write(json, ticket.QueueBaseUrl, ticket.Endpoint, ticket.RequestId);
        json.WriteNull("logs"u8);
        json.WriteStartObject("metrics"u8);
        json.WriteEndObject();
        json.WriteNumber("queue_position"u8, ticket.Position);
        json.WriteEndObject();
    }
}
