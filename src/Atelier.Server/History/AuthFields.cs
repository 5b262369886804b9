using System.Text.Json;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>The fields of <c>expand=auth_method</c> and <c>expand=auth_method_structured</c>: whose key it was.</summary>
sealed class AuthFields(IReadOnlyList<string> expand, KeyAlias alias)
{
    readonly bool _text = expand.Contains("auth_method");
    readonly bool _structured = expand.Contains("auth_method_structured");

    /// <summary>Whether lines are by key.</summary>
    public bool AreWanted => _text || _structured;

    public void Write(Utf8JsonWriter json, string? keyId)
    {
        if (keyId is null || !AreWanted)
        {
            return;
        }

        var name = alias(keyId) ?? "Deleted key";
        if (_text)
        {
            json.WriteString("auth_method"u8, name);
        }

        if (_structured)
        {
            json.WriteStartObject("auth_method_structured"u8);
            json.WriteString("detail"u8, name);
            json.WriteString("api_key_id"u8, keyId);
            json.WriteEndObject();
        }
    }
}
