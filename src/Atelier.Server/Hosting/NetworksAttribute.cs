using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Hosting;

/// <summary>A setting that is a list of addresses and networks.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NetworksAttribute()
    : ValidationAttribute("The value must be a list of addresses (10.0.0.2) or networks (10.1.0.0/16).")
{
    public override bool IsValid(object? value) => ((string[])value!).All(entry => Networks.TryParse(entry, out _));
}
