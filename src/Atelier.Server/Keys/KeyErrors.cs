using Atelier.Server.Wire;

namespace Atelier.Server.Keys;

/// <summary>What a caller without the right key is told: fal's texts on model routes, the Platform API's shape on its own.</summary>
static class KeyErrors
{
    public static IResult Unauthorized(HttpContext context, bool missing)
    {
        if (PlatformError.IsDueTo(context))
        {
            return PlatformError.Create(401, "authorization_error", "Authentication required");
        }

        return missing
            ? WireError.Detail(401, "Authentication is required: send the header \"Authorization: Key ID:SECRET\".")
            : WireError.Detail(401, "invalid key credentials");
    }

    public static IResult Forbidden() =>
        PlatformError.Create(403, "authorization_error", "Access denied: this needs a key with the ADMIN scope.");
}
