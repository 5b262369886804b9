namespace Atelier.Cli.Env;

/// <summary>One thing to do.</summary>
/// <param name="Kind"><c>shell</c>, <c>hosts</c>, <c>code</c>, <c>serve</c> or <c>note</c>.</param>
/// <param name="Text">What to type, to write, or to know.</param>
/// <param name="Undo">What takes it back; null when nothing needs to.</param>
sealed record EnvStep(string Kind, string Text, string? Undo = null)
{
    public static EnvStep Variable(string name, string value, string? comment = null) => new(
        "shell", $"export {name}={value}{(comment is null ? "" : $"   # {comment}")}", $"unset {name}");

    public static EnvStep Code(string line) => new("code", line, $"Remove from the code: {line}");

    public static EnvStep Note(string text) => new("note", text);
}
