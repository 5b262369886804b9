namespace Atelier.Apps;

/// <summary>Names an app: <c>owner/alias</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AppAttribute(string id) : Attribute
{
    public string Id { get; } = id;

    /// <summary>Names of the packs that must be on disk before setup.</summary>
    public string[] Packs { get; init; } = [];
}

/// <summary>
/// Makes a method an endpoint: <c>Task&lt;TOut&gt; M(TIn input, Call call, CancellationToken cancellationToken)</c>.
/// </summary>
/// <param name="path">Within the app, with a leading slash; <c>/</c> is the app's own id.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public class EndpointAttribute(string path) : Attribute
{
    public string Path { get; } = path;

    /// <summary>The name that people read.</summary>
    public string? Title { get; init; }

    /// <summary>One of fal's categories: <c>text-to-speech</c>.</summary>
    public string Category { get; init; } = "json";

    /// <summary>One or two sentences.</summary>
    public string? Description { get; init; }

    /// <summary><c>exact</c>, <c>like</c> or <c>own</c>.</summary>
    public string Fidelity { get; init; } = "own";

    /// <summary>What really runs: name, size, quantisation, pack version.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// The model card: an embedded resource's name ending, such as <c>Kokoro.md</c>, in the app's assembly.
    /// </summary>
    public string? Card { get; init; }

    /// <summary>
    /// A whole endpoint id other than app + path, for ids outside the app (<c>fal-ai/imageutils/rembg</c>).
    /// </summary>
    public string? Id { get; init; }

    /// <summary>Left out of the catalogue's default listing.</summary>
    public bool Diagnostic { get; init; }
}
