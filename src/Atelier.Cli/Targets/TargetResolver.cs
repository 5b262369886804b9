using Atelier.Cli.Output;
using Atelier.Client;

namespace Atelier.Cli.Targets;

/// <summary>Finds the server a command means, and the one key that may go there.</summary>
sealed class TargetResolver(CliHost host, Terminal terminal)
{
    readonly KeyStore _keys = new(host);

    /// <summary>Resolves <c>--server</c>; starts the local server when it is meant and none runs.</summary>
    public async Task<Target> ResolveAsync(CommonFlags flags, CancellationToken cancellationToken)
    {
        var target = new CliSettings(host).Server(flags.Server).Server switch
        {
            "fal" => Fal(),
            "local" => await LocalAsync(flags.Data, cancellationToken),
            var url => At(url),
        };
        terminal.Note($"Target: {target.Name}");
        return target;
    }

    Target Fal()
    {
        var key = _keys.FalKey ?? throw new CliException(
            ExitCode.Usage, "FAL_KEY not set",
            "Get a key at https://fal.ai/dashboard/keys, then either",
            "  export FAL_KEY=id:secret",
            "  atelier generate --add-fal-key",
            "or run on this machine, free: --server local");
        return New("fal.ai (billed to your account)", FalClientOptions.ForFal(key));
    }

    async Task<Target> LocalAsync(string? data, CancellationToken cancellationToken)
    {
        var server = await new LocalServer(host, terminal, UserFolders.Data(host, data)).EnsureAsync(cancellationToken);
        var key = _keys.GivenAtelierKey ?? _keys.StoredAtelierKey;
        return New($"local ({server.GetLeftPart(UriPartial.Path).TrimEnd('/')})", FalClientOptions.ForServer(server, key));
    }

    Target At(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CliException(
                ExitCode.Usage, $"--server {ControlText.Escape(text)}: neither local, fal nor an http(s) address.");
        }

        if (FalHosts.IsFal(address.IdnHost))
        {
            return Fal();
        }

        // The stored key opens the server of this machine; another machine gets only what was meant for it.
        var key = _keys.GivenAtelierKey ?? (address.IsLoopback ? _keys.StoredAtelierKey : null);
        return New(address.GetLeftPart(UriPartial.Path).TrimEnd('/'), FalClientOptions.ForServer(address, key));
    }

    Target New(string name, FalClientOptions options) => new(name, new(options, host.Handler?.Invoke()));
}
