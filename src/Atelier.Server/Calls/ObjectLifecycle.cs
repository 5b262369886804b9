using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Server.Calls;

/// <summary>What <c>X-Fal-Object-Lifecycle</c> and <c>X-Fal-Object-Lifecycle-Preference</c> say about a file.</summary>
/// <param name="Expiration">How long the file is kept; null keeps the server's default.</param>
public sealed record ObjectLifecycle(TimeSpan? Expiration)
{
    /// <summary>Nothing was asked for.</summary>
    public static readonly ObjectLifecycle Default = new((TimeSpan?)null);

    const string NotJson = "The object lifecycle header is not JSON.";
    const int DepthMax = 8;

    // A century: longer says "for ever" and would overflow dates.
    const long MaxSeconds = 100L * 365 * 24 * 3600;

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
            problem = SurrogatePairs.AreWhole(Encoding.UTF8.GetBytes(header), DepthMax)
                ? Read(document.RootElement, out lifecycle)
                : NotJson;
        }
        catch (JsonException)
        {
            problem = NotJson;
        }

        return lifecycle is not null;
    }

    static string? Read(JsonElement root, out ObjectLifecycle? lifecycle)
    {
        lifecycle = null;
        if (root.ValueKind is JsonValueKind.Null)
        {
            lifecycle = Default;
            return null;
        }

        if (root.ValueKind is not JsonValueKind.Object)
        {
            return "The object lifecycle header must be a JSON object.";
        }

        if (root.TryGetProperty("initial_acl", out var acl) && !IsAcl(acl))
        {
            return "initial_acl must be an object with default and rules; decisions are allow, forbid or hide.";
        }

        if (!root.TryGetProperty("expiration_duration_seconds", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            lifecycle = Default;
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var seconds)
            || seconds is < 1 or > MaxSeconds)
        {
            return $"expiration_duration_seconds must be a whole number between 1 and {MaxSeconds}.";
        }

        lifecycle = new(TimeSpan.FromSeconds(seconds));
        return null;
    }

    static bool IsAcl(JsonElement acl)
    {
        if (acl.ValueKind is JsonValueKind.Null)
        {
            return true;
        }

        if (acl.ValueKind is not JsonValueKind.Object
            || (acl.TryGetProperty("default", out var fallback) && !IsDecision(fallback)))
        {
            return false;
        }

        if (!acl.TryGetProperty("rules", out var rules) || rules.ValueKind is JsonValueKind.Null)
        {
            return true;
        }

        return rules.ValueKind is JsonValueKind.Array && rules.EnumerateArray().All(IsRule);
    }

    static bool IsRule(JsonElement rule) =>
        rule.ValueKind is JsonValueKind.Object
        && rule.TryGetProperty("user", out var user) && user.ValueKind is JsonValueKind.String
        && rule.TryGetProperty("decision", out var decision) && IsDecision(decision);

    static bool IsDecision(JsonElement decision) =>
        decision.ValueKind is JsonValueKind.String && decision.GetString() is "allow" or "forbid" or "hide";
}
