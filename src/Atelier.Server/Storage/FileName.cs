using System.Text;

namespace Atelier.Server.Storage;

/// <summary>File names as callers give them. They are shown, never used as paths.</summary>
static class FileName
{
    const int MaxLength = 255;
    const int MaxUrlLength = 80;
    const int MaxUrlExtensionLength = 16;

    /// <summary>
    /// The last path component without control characters, at most 255 characters; <c>file</c> when empty.
    /// </summary>
    public static string ForPeople(string? given)
    {
        var name = given ?? "";
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        // Lone surrogates are no characters and cannot be written as UTF-8; runes replace them.
        name = string.Concat(name.EnumerateRunes().Where(rune => !Rune.IsControl(rune))).Trim();
        name = Shorten(name, MaxLength, MaxLength / 2);
        return name is "" or "." or ".." ? "file" : name;
    }

    /// <summary>The name with every character that a URL would escape replaced, at most 80 characters.</summary>
    public static string ForUrl(string fileName)
    {
        var safe = string.Concat(
            fileName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return Shorten(safe, MaxUrlLength, MaxUrlExtensionLength);
    }

    // The extension survives: programs look at it.
    static string Shorten(string name, int maxLength, int maxExtensionLength)
    {
        if (name.Length <= maxLength)
        {
            return name;
        }

        var extension = Path.GetExtension(name);
        return extension.Length > maxExtensionLength
            ? name[..maxLength]
            : name[..(maxLength - extension.Length)] + extension;
    }
}
