namespace Atelier.Server.Platform;

/// <summary>One operation of the Platform API.</summary>
/// <param name="Path">With its parameters in braces; <c>**</c> before a name takes slashes too.</param>
/// <param name="Id">fal's name of the operation.</param>
sealed record PlatformOperation(string Method, string Path, string Id, PlatformAccess Access)
{
    /// <summary>The path as documents write it.</summary>
    public string DocumentPath => Path.Replace("{**", "{", StringComparison.Ordinal);
}

/// <summary>What an operation asks of its caller.</summary>
enum PlatformAccess
{
    /// <summary>No key.</summary>
    Open,

    /// <summary>Any key.</summary>
    Key,

    /// <summary>A key with the ADMIN scope.</summary>
    Admin,
}
