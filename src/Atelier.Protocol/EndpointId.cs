using System.Diagnostics.CodeAnalysis;

namespace Atelier.Protocol;

/// <summary>
/// An endpoint id: <c>[namespace/]owner/alias[/path…]</c>, where the namespace is <c>workflows</c> or <c>comfy</c>; or an
/// old one, <c>110602490-lora</c>, which reads as <c>110602490/lora</c>.
/// </summary>
/// <param name="Namespace"><c>workflows</c>, <c>comfy</c> or null.</param>
/// <param name="Owner">Who publishes the app: <c>fal-ai</c>.</param>
/// <param name="Alias">The app's name: <c>kokoro</c>.</param>
/// <param name="Path">The endpoint within the app, with its leading slash; <c>/</c> for the app itself.</param>
/// <remarks>
/// The one parser of ids. Route templates never split them, because ids hold a varying number of segments and a request
/// is addressed by the app alone, without the path.
/// </remarks>
public sealed record EndpointId(string? Namespace, string Owner, string Alias, string Path)
{
    /// <summary>The longest id that is accepted, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>First segments that are routes of the server and can never be owners.</summary>
    public static readonly IReadOnlySet<string> ReservedOwners = new HashSet<string>(StringComparer.Ordinal)
    {
        "v1", "api", "files", "storage", "tokens", "health", "metrics", "mcp", "requests",
    };

    /// <summary>The app that serves the endpoint: the id without its path.</summary>
    public string App => Namespace is null ? $"{Owner}/{Alias}" : $"{Namespace}/{Owner}/{Alias}";

    /// <summary>As <see cref="TryParse"/>, for ids that are known to be well-formed.</summary>
    /// <exception cref="FormatException">The text is no endpoint id.</exception>
    public static EndpointId Parse(ReadOnlySpan<char> text) => TryParse(text, out var id)
        ? id
        : throw new FormatException("Not an endpoint id: owner/alias, with a path or without.");

    /// <summary>Reads an id with or without leading and trailing slashes; doubled slashes count as one.</summary>
    /// <returns>False for a reserved owner, a missing alias, an unsafe character or an id over the limit.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out EndpointId? id)
    {
        id = null;
        if (text.Length > MaxLength)
        {
            return false;
        }

        List<string> segments = [];
        foreach (var range in text.Split('/'))
        {
            var segment = text[range];
            if (segment.IsEmpty)
            {
                continue;
            }

            if (!IsSegment(segment))
            {
                return false;
            }

            segments.Add(segment.ToString());
        }

        if (segments is [var legacy] && IsLegacy(legacy, out var dash))
        {
            segments = [legacy[..dash], legacy[(dash + 1)..]];
        }

        var space = segments is ["workflows" or "comfy", ..] ? segments[0] : null;
        var first = space is null ? 0 : 1;
        if (segments.Count < first + 2 || ReservedOwners.Contains(segments[first]))
        {
            return false;
        }

        var path = "/" + string.Join('/', segments.Skip(first + 2));
        id = new(space, segments[first], segments[first + 1], path);
        return true;
    }

    /// <summary>The whole id as clients write it, without leading slash.</summary>
    public override string ToString() => Path is "/" ? App : App + Path;

    // 110602490-lora: what clients send as 110602490/lora, and plain HTTP callers as it stands.
    static bool IsLegacy(string id, out int dash)
    {
        dash = id.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && dash < id.Length - 1 && id.AsSpan(0, dash).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    static bool IsSegment(ReadOnlySpan<char> segment)
    {
        if (segment is "." or "..")
        {
            return false;
        }

        foreach (var c in segment)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '@' or ':'))
            {
                return false;
            }
        }

        return true;
    }
}
