using System.Globalization;

namespace Atelier.Cli.Env;

/// <summary>What to set for each client, by the ways that protocol §21 and §24 know.</summary>
static class EnvGuide
{
    /// <summary>No client: the lines that lead fal's host names here, which any client then follows.</summary>
    public const string Hosts = "hosts";

    /// <summary>The clients there are words for.</summary>
    public static IReadOnlyList<string> Clients { get; } = ["js", "node", "python", "java", "swift", "dart", "curl", Hosts];

    public static IReadOnlyList<EnvStep> For(string client, EnvFacts facts) => client switch
    {
        "js" => Js(facts),
        "node" => Node(facts),
        "python" => Python(facts),
        "java" =>
        [
            Key(facts),
            EnvStep.Code($"var fal = FalClient.withConfig(ClientConfig.withProxyUrl(\"{facts.ProxyUrl}\"));"),
            EnvStep.Note("Uploads and realtime are not in this client."),
        ],
        "swift" =>
        [
            Key(facts),
            EnvStep.Code($"let fal = FalClient.withProxy(\"{facts.ProxyUrl}\")"),
            EnvStep.Note("App Transport Security must allow http to this address (NSAllowsLocalNetworking)."),
        ],
        "dart" => [Key(facts), EnvStep.Code($"final fal = FalClient.withProxy(\"{facts.ProxyUrl}\");")],
        "curl" => Curl(facts),
        Hosts => Names(facts),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, "Not one of Clients."),
    };

    static List<EnvStep> Js(EnvFacts facts) =>
    [
        EnvStep.Code($$"""fal.config({ proxyUrl: { url: "{{facts.ProxyUrl}}", when: "always" } });"""),
        EnvStep.Note("For a client before 1.10, and in pages only: proxyUrl: \"" + facts.ProxyUrl + "\"."),
        EnvStep.Note("A page without a key: list its origin at the server, --proxy-origins http://localhost:3000"),
        EnvStep.Note($"Realtime goes to fal's own host name, past the proxy. On Node: {facts.Command} env node"),
    ];

    static List<EnvStep> Node(EnvFacts facts) => facts is { ServesNames: true, CaFile: { } ca }
        ?
        [
            Key(facts),
            EnvStep.Variable("NODE_EXTRA_CA_CERTS", Quote(ca)),
            .. Names(facts),
            EnvStep.Note("The code stays as it is. Realtime on Node before 22: node --experimental-websocket"),
        ]
        : [.. NeedsTls(facts), .. Js(facts)];

    static List<EnvStep> Python(EnvFacts facts)
    {
        if (facts is not { TlsPort: { } port, CaFile: { } ca })
        {
            return NeedsTls(facts);
        }

        var own = facts.Address.Equals(System.Net.IPAddress.Loopback) ? "localhost" : facts.Address.ToString();
        var host = string.Create(CultureInfo.InvariantCulture, $"{own}:{port}");
        return
        [
            Key(facts),
            EnvStep.Variable("SSL_CERT_FILE", Quote(ca), "the only authority that this process then trusts"),
            EnvStep.Variable("FAL_RUN_HOST", $"{host}/fal.run"),
            EnvStep.Variable("FAL_QUEUE_RUN_HOST", $"{host}/queue.fal.run"),
            .. facts.ServesNames
                ? [EnvStep.Note("Uploads and realtime tokens have no such variable; they need the names:"), .. Names(facts)]
                : (EnvStep[])[EnvStep.Note("Uploads and realtime tokens need fal's names on port 443: serve --tls --tls-port 443")],
        ];
    }

    static List<EnvStep> Curl(EnvFacts facts)
    {
        List<EnvStep> steps =
        [
            Key(facts),
            new("shell", $"curl -H \"Authorization: Key $FAL_KEY\" {facts.Url}/fal.run/atelier/echo --json '{{\"hello\":\"world\"}}'"),
        ];
        if (facts is { TlsPort: { } port, CaFile: { } ca })
        {
            var number = port.ToString(CultureInfo.InvariantCulture);
            var name = port is 443 ? "fal.run" : $"fal.run:{number}";
            var trust = $"--cacert {Quote(ca)} --resolve fal.run:{number}:{facts.Address}";
            steps.Add(new("shell", $"curl {trust} -H \"Authorization: Key $FAL_KEY\" https://{name}/atelier/echo --json '{{}}'"));
        }

        return steps;
    }

    static List<EnvStep> Names(EnvFacts facts)
    {
        const string undo = $"sudo sed -i '/{EnvFacts.HostsMark}$/d' /etc/hosts";
        return
        [
            new("hosts", $"{facts.Address} {string.Join(' ', EnvFacts.Names)} {EnvFacts.HostsMark}", undo),
            new("hosts", $"{facts.Address} {EnvFacts.Website} {EnvFacts.HostsMark}", undo),
            EnvStep.Note("The second line is for tools that read schemas there; it takes fal's website away from this machine."),
        ];
    }

    static List<EnvStep> NeedsTls(EnvFacts facts) =>
    [
        EnvStep.Note("This server does not serve fal's host names on port 443. Then no code changes:"),
        new("serve", $"{facts.Command} serve --tls"),
    ];

    static EnvStep Key(EnvFacts facts) =>
        EnvStep.Variable("FAL_KEY", "ID:SECRET", $"a key of this server: {facts.Command} keys create --alias mine");

    static string Quote(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
        ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
