namespace Atelier.Cli.Generate;

/// <summary>One field of a model's input.</summary>
/// <param name="Name">As the wire spells it.</param>
/// <param name="Types">JSON schema types it may have; empty when the schema does not say.</param>
/// <param name="Choices">The allowed words, when there is a list.</param>
/// <param name="IsRequired">The model refuses an input without it.</param>
/// <param name="Description">The model's own sentence.</param>
sealed record SchemaField(
    string Name, IReadOnlySet<string> Types, IReadOnlyList<string> Choices, bool IsRequired, string? Description)
{
    public bool IsList => Types.Contains("array");

    public bool IsNumber => Types.Contains("integer") || Types.Contains("number");
}
