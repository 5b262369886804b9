using System.Text.Json;

namespace Atelier.Client;

/// <summary>One refused field.</summary>
/// <param name="Field">Where, without the leading <c>body</c>: <c>images.0.url</c>; empty for the input itself.</param>
/// <param name="Message">The server's sentence.</param>
/// <param name="Type">The server's type name: <c>missing</c>.</param>
public sealed record FieldError(string Field, string Message, string Type)
{
    /// <inheritdoc/>
    public override string ToString() => Field.Length is 0 ? Message : $"{Field}: {Message}";

    internal static IReadOnlyList<FieldError> ReadAll(JsonElement detail) =>
        [.. detail.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object).Select(Read)];

    static FieldError Read(JsonElement item)
    {
        var path = item.TryGetProperty("loc", out var loc) && loc.ValueKind is JsonValueKind.Array
            ? loc.EnumerateArray().Select(part => part.ToString()).ToList()
            : [];
        if (path is ["body", ..])
        {
            path.RemoveAt(0);
        }

        return new(string.Join('.', path), Text(item, "msg"), Text(item, "type"));
    }

    static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? value.ToString() : "";
}
