using System.Reflection;

namespace Atelier.Server.Hosting;

/// <summary>SemVer plus commit, as the build wrote it.</summary>
public static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
