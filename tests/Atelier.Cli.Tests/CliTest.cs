namespace Atelier.Cli.Tests;

/// <summary>Runs the command line in this process against a scripted server, in a home folder of its own.</summary>
public abstract class CliTest : IAsyncLifetime
{
    readonly StringWriter _out = new();
    readonly StringWriter _error = new();

    protected FalStub Server { get; private set; } = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("atelier-cli-").FullName;

    protected Dictionary<string, string> Variables { get; } = [];

    protected string Out => _out.ToString();

    protected string Error => _error.ToString();

    internal SkippingTime Time { get; } = new();

    protected bool OnTerminal { get; set; }

    protected string Stdin { get; set; } = "";

    protected Func<HttpMessageHandler>? Handler { get; set; }

    public async ValueTask InitializeAsync()
    {
        Server = await FalStub.StartAsync();
        Variables["ATELIER_URL"] = Server.Url;
        Variables["ATELIER_KEY"] = "me:secret";
        Variables["HOME"] = Folder;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected Task<int> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    protected Task<int> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync(
            new()
            {
                Variable = name => Variables.GetValueOrDefault(name),
                In = new StringReader(Stdin),
                Out = _out,
                Error = _error,
                OutIsTerminal = OnTerminal,
                ErrorIsTerminal = false,
                Time = Time,
                Handler = Handler,
            },
            arguments, cancellationToken);

    protected string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    protected string At(string name) => Path.Combine(Folder, name);
}
