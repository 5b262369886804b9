using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Atelier.Server.Packs;

/// <summary>The <c>from</c> of a source, read.</summary>
abstract partial record PackOrigin
{
    PackOrigin()
    {
    }

    /// <summary>A package of an npm registry, which one the machine's npm settings say.</summary>
    /// <param name="Name">With its scope: <c>@img/sharp-libvips-linux-x64</c>.</param>
    public sealed record Npm(string Name, string Version) : PackOrigin
    {
        /// <summary>The name that <c>npm pack</c> gives the tarball.</summary>
        public string TarballName => $"{Name.TrimStart('@').Replace('/', '-')}-{Version}.tgz";
    }

    /// <summary>A repository of Hugging Face at one commit, so that its files cannot change.</summary>
    public sealed record HuggingFace(string Repository, string Commit) : PackOrigin;

    /// <summary>One file.</summary>
    public sealed record Https(Uri Address) : PackOrigin;

    public static bool TryParse(string from, [NotNullWhen(true)] out PackOrigin? origin)
    {
        origin = null;
        if (NpmForm().Match(from) is { Success: true } npm)
        {
            origin = new Npm(npm.Groups[1].Value, npm.Groups[2].Value);
        }
        else if (HuggingFaceForm().Match(from) is { Success: true } repository)
        {
            origin = new HuggingFace(repository.Groups[1].Value, repository.Groups[2].Value);
        }
        else if (Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
        {
            origin = new Https(address);
        }

        return origin is not null;
    }

    [GeneratedRegex(@"^npm:((?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*)@(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)$")]
    private static partial Regex NpmForm();

    // A branch or tag could move; only a commit is accepted.
    [GeneratedRegex("^hf:([0-9A-Za-z][0-9A-Za-z._-]*/[0-9A-Za-z][0-9A-Za-z._-]*)@([0-9a-f]{40})$")]
    private static partial Regex HuggingFaceForm();
}
