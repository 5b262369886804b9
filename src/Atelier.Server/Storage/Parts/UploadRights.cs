using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>Who may do something with an upload in parts.</summary>
sealed class UploadRights(SignedTokens tokens, UploadAuthority authority, TimeProvider time)
{
    /// <summary>
    /// The upload that the path names, when the sender has its pass, or a key or token of its account. Else the answer
    /// that refuses.
    /// </summary>
    public (MultipartTicket? Ticket, WireError? Refused) Of(HttpContext context)
    {
        var route = context.Request.RouteValues;
        if (!tokens.TryRead((string)route["upload"]!, StorageJson.Default.MultipartTicket, out var ticket)
            || FileId.FromSegments((string)route["folder"]!, (string)route["name"]!)?.Value != ticket.Id
            || !IsAllowed(context, ticket))
        {
            return (null, WireError.Detail(403, "This upload URL is not valid."));
        }

        return ticket.ValidUntil <= time.GetUtcNow()
            ? (null, WireError.Detail(403, "This upload has expired; begin a new one."))
            : (ticket, null);
    }

    bool IsAllowed(HttpContext context, MultipartTicket ticket) =>
        (tokens.TryRead(context.Request.Query["pass"].ToString(), StorageJson.Default.UploadPass, out var pass)
            && pass.Id == ticket.Id)
        || authority.Of(context)?.AccountId == ticket.AccountId;
}
