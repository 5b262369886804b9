using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Wire;

/// <summary>A setting that lists origins as browsers send them: scheme, host, and a port that is not the scheme's own.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WebOriginsAttribute()
    : ValidationAttribute("Each value must be an origin such as https://app.example.org or http://localhost:3000; \"*\" is none.")
{
    public override bool IsValid(object? value) => value is string[] origins && origins.All(IsOrigin);

    static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
