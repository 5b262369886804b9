namespace Atelier.Server.Wire;

/// <summary>Settings of the proxy route, section <c>proxy</c>.</summary>
public sealed class ProxyOptions
{
    public const string Section = "proxy";

    /// <summary>
    /// Origins of web pages (<c>https://app.example.org</c>) that may run models through <c>/api/fal/proxy</c> without
    /// a key. None: everybody needs a key. An origin is a claim that only browsers keep to; it is no secret.
    /// </summary>
    [WebOrigins]
    public string[] Origins { get; set; } = [];
}
