using Atelier.Server;
using Atelier.Server.Hosting;

try
{
    return args switch
    {
        ["--version"] => Print(ProductVersion.Text),
        ["serve", .. var flags] => await ServerProgram.ServeAsync(flags),
        _ => await ServerProgram.ServeAsync(args),
    };
}
catch (ConfigurationException fault)
{
    await Console.Error.WriteLineAsync($"Error: {fault.Message}");
    return 1;
}

static int Print(string text)
{
    Console.WriteLine(text);
    return 0;
}
