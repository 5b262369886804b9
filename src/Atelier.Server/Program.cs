using Atelier.Server;
using Atelier.Server.Hosting;
using Atelier.Server.Packs;

try
{
    return args switch
    {
        ["--version"] => Print(ProductVersion.Text),
        ["pull-packs", .. var names] => await PullPacksAsync(names),
        ["serve", .. var flags] => await ServerProgram.ServeAsync(flags),
        _ => await ServerProgram.ServeAsync(args),
    };
}
catch (ConfigurationException fault)
{
    await Console.Error.WriteLineAsync($"Error: {fault.Message}");
    return 1;
}

// Without a server, for images and tests: --test adds the packs that only tests use.
static async Task<int> PullPacksAsync(string[] names)
{
    using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole());
    var (tests, packs) = (names.Contains("--test"), names.Where(name => name != "--test").ToArray());
    return await PackCommand.RunAsync(packs, tests, null, new(), TimeProvider.System, loggers, Console.Error, CancellationToken.None);
}

static int Print(string text)
{
    Console.WriteLine(text);
    return 0;
}
