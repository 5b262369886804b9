using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Hosting;

/// <summary>A setting that is the base address of a web server, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute() : ValidationAttribute("The value must be a URL such as https://media.example.org.")
{
    public override bool IsValid(object? value) => value is null
        || (Uri.TryCreate((string)value, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "" });
}
