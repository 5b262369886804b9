using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Atelier.Cli.Env;

/// <summary>Tries what a client would do, step by step, as this process's own surroundings are.</summary>
sealed class EnvCheck(CliHost host, EnvFacts facts, string? key)
{
    // A request that nobody has: the answer is 404 to a caller with a key, and 401 to one without.
    const string Probe = "/atelier/echo/requests/00000000-0000-0000-0000-000000000000/status";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What was tried; all of it must have worked.</summary>
    public async Task<IReadOnlyList<EnvFinding>> RunAsync(string client, CancellationToken cancellationToken)
    {
        List<EnvFinding> findings = [await KeyAsync(client, cancellationToken)];
        if (client is "node" or "python" or EnvGuide.Hosts)
        {
            findings.Add(Tls(client));
            if (facts is { TlsPort: { } port, CaFile: { } ca })
            {
                findings.Add(await HandshakeAsync(port, ca, cancellationToken));
                findings.AddRange(client is EnvGuide.Hosts ? [] : [Trust(client, ca)]);
                findings.AddRange(client is "python" && port is not 443 ? [] : [await NamesAsync(cancellationToken)]);
            }
        }

        return findings;
    }

    // Through the proxy where the client goes there.
    async Task<EnvFinding> KeyAsync(string client, CancellationToken cancellationToken)
    {
        var fix = $"export FAL_KEY=ID:SECRET   # a key of this server: {facts.Command} keys create --alias mine";
        if (key is null)
        {
            return new("key", false, "FAL_KEY is not set.", fix);
        }

        using var http = new HttpClient(host.Handler?.Invoke() ?? new SocketsHttpHandler { UseProxy = false }) { Timeout = Limit };
        var throughProxy = client is "js" or "java" or "swift" or "dart";
        using var request = new HttpRequestMessage(
            HttpMethod.Get, throughProxy ? facts.ProxyUrl : $"{facts.Url}/queue.fal.run{Probe}");
        request.Headers.TryAddWithoutValidation("Authorization", $"Key {key}");
        if (throughProxy)
        {
            request.Headers.TryAddWithoutValidation("x-fal-target-url", $"https://queue.fal.run{Probe}");
        }

        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.OK
                ? new("key", true, $"{facts.Url} takes the key.")
                : new("key", false, $"{facts.Url} answered {(int)answer.StatusCode} to the key.", fix);
        }
        catch (Exception fault) when (IsNetwork(fault, cancellationToken))
        {
            return new("key", false, $"{facts.Url} cannot be reached: {fault.Message}", $"{facts.Command} serve --tls");
        }
    }

    // Python's runs and queue may have any port, by FAL_RUN_HOST.
    EnvFinding Tls(string client) => facts.TlsPort switch
    {
        null => new("tls", false, "The server does not serve fal's host names.", $"{facts.Command} serve --tls"),
        443 => new("tls", true, "fal's host names are served on port 443."),
        { } port when client is "python" => new("tls", true, string.Create(
            CultureInfo.InvariantCulture, $"Runs and the queue are served on port {port}; uploads would need 443.")),
        { } port => new(
            "tls", false, string.Create(CultureInfo.InvariantCulture, $"fal's host names are served on port {port}, where clients do not look."),
            $"{facts.Command} serve --tls --tls-port 443"),
    };

    EnvFinding Trust(string client, string ca)
    {
        var variable = client is "node" ? "NODE_EXTRA_CA_CERTS" : "SSL_CERT_FILE";
        var fix = $"export {variable}={ca}";
        if (host.Variable(variable) is not { } file)
        {
            return new("trust", false, $"{variable} is not set.", fix);
        }

        try
        {
            return File.ReadAllText(file).Contains(File.ReadAllText(ca).Trim(), StringComparison.Ordinal)
                ? new("trust", true, $"{variable} holds the server's authority.")
                : new("trust", false, $"{file} does not hold the server's authority.", fix);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new("trust", false, $"{variable}: {fault.Message}", fix);
        }
    }

    async Task<EnvFinding> NamesAsync(CancellationToken cancellationToken)
    {
        List<string> astray = [];
        foreach (var name in EnvFacts.Names)
        {
            try
            {
                var found = await Dns.GetHostAddressesAsync(name, cancellationToken).WaitAsync(Limit, cancellationToken);
                if (!found.All(address => address.Equals(facts.Address) || (IPAddress.IsLoopback(address) && IPAddress.IsLoopback(facts.Address))))
                {
                    astray.Add(name);
                }
            }
            catch (Exception fault) when (fault is SocketException or TimeoutException)
            {
                astray.Add(name);
            }
        }

        return astray.Count == 0
            ? new("names", true, $"fal's host names lead to {facts.Address}.")
            : new("names", false, $"Not led here: {string.Join(' ', astray)}.", $"{facts.Command} env hosts, into /etc/hosts");
    }

    // Whatever the names lead to: is what listens there the server with this authority?
    async Task<EnvFinding> HandshakeAsync(int port, string ca, CancellationToken cancellationToken)
    {
        try
        {
            using var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(ca, cancellationToken));
            using var http = new HttpClient(Trusting(authority, port)) { Timeout = Limit };
            using var answer = await http.GetAsync(new Uri($"https://queue.fal.run{Probe}"), cancellationToken);
            return new("handshake", true, $"queue.fal.run is answered with a certificate of {ca}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException || IsNetwork(fault, cancellationToken))
        {
            return new(
                "handshake", false,
                string.Create(CultureInfo.InvariantCulture, $"No trusted answer on port {port}: {(fault.InnerException ?? fault).Message}"),
                $"{facts.Command} stop, then {facts.Command} serve --tls");
        }
    }

    SocketsHttpHandler Trusting(X509Certificate2 authority, int port) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(facts.Address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        SslOptions = new()
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    static bool IsNetwork(Exception fault, CancellationToken cancellationToken) => fault is HttpRequestException or AuthenticationException
        || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

/// <summary>One thing that was tried.</summary>
/// <param name="Item"><c>key</c>, <c>tls</c>, <c>handshake</c>, <c>trust</c> or <c>names</c>.</param>
/// <param name="Fix">What to do when it did not work.</param>
sealed record EnvFinding(string Item, bool Ok, string Text, string? Fix = null);
