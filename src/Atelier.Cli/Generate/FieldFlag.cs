using System.CommandLine;

namespace Atelier.Cli.Generate;

/// <summary>How a flag's text becomes a field's value.</summary>
enum FlagKind
{
    /// <summary>A string, or what the schema says.</summary>
    Text,

    /// <summary>A number, or the string of one where the schema wants words (<c>duration: "5"</c>).</summary>
    Number,

    /// <summary>A named picture size.</summary>
    Size,

    /// <summary>An address, or a local file to upload.</summary>
    Media,
}

/// <summary>A flag that fills a field of the model's input.</summary>
/// <param name="Option">The flag.</param>
/// <param name="Kind">How it is read.</param>
/// <param name="Fields">The fields it may fill; the first that the model has, is filled.</param>
/// <param name="Default">Sent when the flag is absent, but only to a model that has the field.</param>
sealed record FieldFlag(Option<string[]> Option, FlagKind Kind, IReadOnlyList<string> Fields, string? Default = null)
{
    public static FieldFlag New(
        string name, FlagKind kind, string description, IReadOnlyList<string> fields, string? @default = null,
        params string[] aliases) =>
        new(
            new(name, aliases) { Description = description, HelpName = kind is FlagKind.Number ? "N" : null },
            kind, fields, @default);
}
