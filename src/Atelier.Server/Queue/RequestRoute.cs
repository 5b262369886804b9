using System.Diagnostics.CodeAnalysis;

namespace Atelier.Server.Queue;

/// <summary>The address of a submitted request: <c>…/requests/{id}[/status[/stream]|/response|/cancel]</c>.</summary>
/// <param name="RequestId">As it stands in the path; empty for what can be no id: nothing is found by it.</param>
/// <param name="Action">What is asked for.</param>
/// <remarks>
/// What stands before <c>requests</c> is not compared with anything: Java and Dart clients drop the namespace of a
/// workflow, Swift takes the first two segments whatever they are, and the request id alone says which request is meant.
/// </remarks>
readonly record struct RequestRoute(string RequestId, RequestAction Action)
{
    const string Marker = "requests";
    const int RequestIdMaxLength = 64;

    /// <summary>Reads a path below the queue's host; a trailing slash counts for nothing.</summary>
    public static bool TryParse(ReadOnlySpan<char> path, [NotNullWhen(true)] out RequestRoute? route)
    {
        route = null;
        path = path.Trim('/');
        if (!TryAfterMarker(path, out var rest))
        {
            return false;
        }

        var slash = rest.IndexOf('/');
        var id = slash < 0 ? rest : rest[..slash];
        RequestAction? action = (slash < 0 ? [] : rest[(slash + 1)..].TrimStart('/')) switch
        {
            "" or "response" => RequestAction.Result,
            "status" => RequestAction.Status,
            "status/stream" => RequestAction.StatusStream,
            "cancel" => RequestAction.Cancel,
            _ => null,
        };
        if (action is null || id.IsEmpty)
        {
            return false;
        }

        route = new(IsRequestId(id) ? id.ToString() : "", action.Value);
        return true;
    }

    // The last such segment counts: an app may be called "requests" too.
    static bool TryAfterMarker(ReadOnlySpan<char> path, out ReadOnlySpan<char> rest)
    {
        rest = default;
        for (var end = path.Length; path[..end].LastIndexOf(Marker, StringComparison.Ordinal) is >= 0 and var at; end = at)
        {
            var after = at + Marker.Length;
            if ((at == 0 || path[at - 1] == '/') && after < path.Length && path[after] == '/')
            {
                rest = path[(after + 1)..].TrimStart('/');
                return true;
            }
        }

        return false;
    }

    // Ids are UUIDs; the check only keeps out what could not stand in a header, since the id is answered in one.
    static bool IsRequestId(ReadOnlySpan<char> id)
    {
        if (id.Length > RequestIdMaxLength)
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
