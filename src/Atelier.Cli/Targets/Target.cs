using Atelier.Client;

namespace Atelier.Cli.Targets;

/// <summary>The server that a command talks to.</summary>
/// <param name="Name">For people: <c>local (http://127.0.0.1:8410)</c>.</param>
/// <param name="Client">The API there.</param>
sealed record Target(string Name, FalClient Client) : IDisposable
{
    public bool IsFal => Client.Options.IsFal;

    public void Dispose() => Client.Dispose();
}
