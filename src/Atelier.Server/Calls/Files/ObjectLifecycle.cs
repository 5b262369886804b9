using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Server.Calls;

/// <summary>
/// What <c>X-Fal-Object-Lifecycle</c>, <c>X-Fal-Object-Lifecycle-Preference</c> and a key's storage settings say about
/// new files.
/// </summary>
/// <param name="Expiration">How long the file is kept; null keeps the default.</param>
/// <param name="Acl">Who may read it; null keeps the default.</param>
public sealed record ObjectLifecycle(TimeSpan? Expiration, FileAcl? Acl)
{
    /// <summary>Nothing was asked for.</summary>
    public static readonly ObjectLifecycle Default = new(null, null);

    const string NotJson = "The object lifecycle header is not JSON.";
    const int DepthMax = 8;

    // A century: longer says "for ever" and would overflow dates.
    const long MaxSeconds = 100L * 365 * 24 * 3600;

    /// <summary>What is not said here, as the fallback says it.</summary>
    public ObjectLifecycle Or(ObjectLifecycle fallback) =>
        new(Expiration ?? fallback.Expiration, Acl ?? fallback.Acl);

    /// <summary>Reads the header's JSON; an absent or empty header is <see cref="Default"/>.</summary>
    /// <param name="problem">A sentence for the caller when the header is refused.</param>
    public static bool TryParse(
        string? header, [NotNullWhen(true)] out ObjectLifecycle? lifecycle, [NotNullWhen(false)] out string? problem)
    {
        lifecycle = null;
        problem = null;
        if (string.IsNullOrWhiteSpace(header))
        {
            lifecycle = Default;
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(header, new() { MaxDepth = DepthMax });
            if (!SurrogatePairs.AreWhole(Encoding.UTF8.GetBytes(header), DepthMax))
            {
                problem = NotJson;
                return false;
            }

            problem = document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => Read(document.RootElement, out lifecycle),
                JsonValueKind.Null => null,
                _ => "The object lifecycle header must be a JSON object.",
            };
            lifecycle ??= problem is null ? Default : null;
        }
        catch (JsonException)
        {
            problem = NotJson;
        }

        return lifecycle is not null;
    }

    /// <summary>
    /// Reads <c>{"expiration_duration_seconds", "initial_acl"}</c>; either may be absent or null, others are ignored.
    /// </summary>
    /// <returns>A sentence when it is refused, else null.</returns>
    public static string? Read(JsonElement root, out ObjectLifecycle? lifecycle)
    {
        lifecycle = null;
        FileAcl? acl = null;
        if (root.TryGetProperty("initial_acl", out var list) && list.ValueKind is not JsonValueKind.Null
            && !FileAcl.TryRead(list, out acl))
        {
            return $"initial_acl: {FileAcl.Form}.";
        }

        if (!root.TryGetProperty("expiration_duration_seconds", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            lifecycle = new(null, acl);
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var seconds)
            || seconds is < 1 or > MaxSeconds)
        {
            return $"expiration_duration_seconds must be a whole number between 1 and {MaxSeconds}.";
        }

        lifecycle = new(TimeSpan.FromSeconds(seconds), acl);
        return null;
    }
}
