using Atelier.Protocol;
using Atelier.Server.Queue;
using Atelier.Server.Storage;
using Atelier.Server.Wire;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Endpoint ids, request addresses and file names.</summary>
static class PathTargets
{
    static readonly byte[][] Ids = FuzzTarget.Texts(
        "fal-ai/flux/dev/image-to-image", "workflows/acme/pipe", "comfy/a/b/c", "110602490-lora", "//fal-ai//flux//",
        "fal-ai/flux/requests/019e6d0a-e5be-7b82-b329-35ae64296902/status/stream", "requests/x/cancel", "queue.fal.run/a/b/requests/c/response/");

    static readonly byte[][] IdTokens = FuzzTarget.Texts("/requests/", "workflows/", "/status", "/cancel", "..", "/", "fal.run/", "v1/");

    static readonly byte[][] Names = FuzzTarget.Texts("cat.png", "../../etc/passwd", "a\\b\\c.tar.gz", "émoji😀.jpeg", ".", "..", "name.with.many.dots");

    public static readonly FuzzTarget[] All =
    [
        new("id", Ids, IdTokens, TryId),
        new("file-name", Names, FuzzTarget.Texts("/", "\\", ".", "\u0000", "..", "%2f"), TryName),
    ];

    static void TryId(byte[] input)
    {
        var text = FuzzTarget.Text(input);
        if (EndpointId.TryParse(text, out var id))
        {
            FuzzTarget.Rule(EndpointId.TryParse(id.ToString(), out var again) && again == id, "an id reads itself");
            FuzzTarget.Rule(!text.Contains("..", StringComparison.Ordinal) || !id.ToString().Split('/').Contains(".."), "no id climbs");
        }

        if (RequestRoute.TryParse(text, out var route))
        {
            FuzzTarget.Rule(route.Value.RequestId.All(char.IsAscii), "a request id can stand in a header");
        }

        var path = CanonicalPath.OfOwn(text);
        FuzzTarget.Rule(path.Host is null || FalHostNames.Find(path.Host) is not null, "a path leads to a known host");
    }

    static void TryName(byte[] input)
    {
        var text = FuzzTarget.Text(input);
        var (shown, inUrl) = (FileName.ForPeople(text), FileName.ForUrl(text));
        FuzzTarget.Rule(shown.Length is > 0 and <= 255 && shown.IndexOfAny(['/', '\\', '\0', '\n', '\r']) < 0, "a shown name is one component");
        FuzzTarget.Rule(inUrl.Length <= 80 && inUrl.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'), "a name in a URL needs no escape");
        _ = FileId.FromSegments(text.Length > 8 ? text[..8] : text, text);
    }
}
