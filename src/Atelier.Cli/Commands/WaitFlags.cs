using System.CommandLine;
using Atelier.Cli.Generate;

namespace Atelier.Cli.Commands;

/// <summary>How a request is waited for.</summary>
sealed class WaitFlags
{
    readonly Option<double> _interval = new("--poll-interval")
    {
        Description = "The longest pause between two looks, in seconds.",
        HelpName = "S",
        DefaultValueFactory = _ => 2,
    };

    readonly Option<double> _timeout = new("--timeout", "--client-timeout")
    {
        Description = "The longest wait, in seconds; the request goes on after it.",
        HelpName = "S",
        DefaultValueFactory = _ => 600,
    };

    public Option<bool> Logs { get; } = new("--logs") { Description = "Show the request's log lines." };

    public void AddTo(Command command)
    {
        command.Options.Add(Logs);
        command.Options.Add(_interval);
        command.Options.Add(_timeout);
    }

    public Pace Read(ParseResult parsed) => new(
        EndpointArgument.Seconds("--poll-interval", parsed.GetValue(_interval)),
        EndpointArgument.Seconds("--timeout", parsed.GetValue(_timeout)));
}
