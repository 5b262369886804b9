namespace Atelier.Server.Catalog;

/// <summary>What an item of <c>GET /v1/models</c> has besides its metadata: the words of <c>expand</c>.</summary>
[Flags]
enum ModelExpansion
{
    None = 0,

    /// <summary>The OpenAPI document.</summary>
    OpenApi = 1,

    /// <summary>fal's approval for enterprises, which nobody else can know.</summary>
    EnterpriseStatus = 2,
}
