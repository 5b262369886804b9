using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Calls;

/// <summary>What somebody who asks for a file gets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AclDecision>))]
public enum AclDecision
{
    /// <summary>The file.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,

    /// <summary>403: there is such a file, and it is not for them.</summary>
    [JsonStringEnumMemberName("forbid")]
    Forbid,

    /// <summary>404, as if there were none.</summary>
    [JsonStringEnumMemberName("hide")]
    Hide,
}

/// <summary>One exception from an access list's default.</summary>
/// <param name="User">The id of a key or of an account.</param>
public sealed record AclRule(string User, AclDecision Decision);

/// <summary>Who may read a file by its address. Its owner's account always may, unless a rule names the very key.</summary>
public sealed record FileAcl(AclDecision Default, IReadOnlyList<AclRule> Rules)
{
    /// <summary>Rules of one list. With names of at most 64 characters a list still fits into an upload URL.</summary>
    public const int RulesMax = 32;

    const int UserMaxLength = 64;

    /// <summary>A sentence for what <see cref="TryRead"/> refuses.</summary>
    public const string Form =
        "an access list is an object with default and rules; decisions are allow, forbid or hide; at most 32 rules, "
        + "each with a user of 1 to 64 characters";

    /// <summary>The decision for somebody: the first rule that names the key, else the account, else the default.</summary>
    /// <param name="keyId">Null for somebody without a key.</param>
    /// <param name="accountId">Null for somebody without a key.</param>
    /// <param name="ownerId">The account that the file belongs to.</param>
    public AclDecision For(string? keyId, string? accountId, string ownerId)
    {
        AclRule? Rule(string? user) => user is null ? null : Rules.FirstOrDefault(rule => rule.User == user);

        if (Rule(keyId) is { } own)
        {
            return own.Decision;
        }

        return accountId == ownerId ? AclDecision.Allow : Rule(accountId)?.Decision ?? Default;
    }

    /// <summary>Reads <c>{"default", "rules": [{"user", "decision"}]}</c>; rules may be absent.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out FileAcl? acl)
    {
        acl = null;
        if (json.ValueKind is not JsonValueKind.Object
            || !json.TryGetProperty("default", out var fallback) || Decision(fallback) is not { } decision)
        {
            return false;
        }

        var rules = new List<AclRule>();
        if (json.TryGetProperty("rules", out var list) && list.ValueKind is not JsonValueKind.Null)
        {
            if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() > RulesMax)
            {
                return false;
            }

            foreach (var entry in list.EnumerateArray())
            {
                if (Rule(entry) is not { } rule)
                {
                    return false;
                }

                rules.Add(rule);
            }
        }

        acl = new(decision, rules);
        return true;
    }

    static AclRule? Rule(JsonElement json) =>
        json.ValueKind is JsonValueKind.Object
        && json.TryGetProperty("user", out var user) && user.ValueKind is JsonValueKind.String
        && user.GetString() is { Length: > 0 and <= UserMaxLength } name
        && json.TryGetProperty("decision", out var decision) && Decision(decision) is { } read
            ? new(name, read)
            : null;

    static AclDecision? Decision(JsonElement json) => json.ValueKind is not JsonValueKind.String
        ? null
        : json.GetString() switch
        {
            "allow" => AclDecision.Allow,
            "forbid" => AclDecision.Forbid,
            "hide" => AclDecision.Hide,
            _ => null,
        };
}
