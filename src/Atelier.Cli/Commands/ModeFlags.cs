using System.CommandLine;

namespace Atelier.Cli.Commands;

/// <summary>What <c>generate</c> does instead of, or beside, running a model through the queue.</summary>
sealed class ModeFlags
{
    public Option<bool> Async { get; } = new("--async") { Description = "Submit and print the request id only." };

    public Option<bool> Sync { get; } = new("--sync") { Description = "One HTTP call without the queue." };

    public Option<bool> Wait { get; } = new("--wait") { Description = "Poll until done (the default)." };

    public Option<string> Status { get; } = new("--status")
    {
        Description = "Print a request's state.",
        HelpName = "ID",
    };

    public Option<string> Result { get; } = new("--result")
    {
        Description = "Print a request's result.",
        HelpName = "ID",
    };

    public Option<string> Cancel { get; } = new("--cancel") { Description = "Cancel a request.", HelpName = "ID" };

    public Option<string?> Schema { get; } = new("--schema")
    {
        Description = "Print a model's OpenAPI schema.",
        HelpName = "MODEL",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> AddFalKey { get; } = new("--add-fal-key")
    {
        Description = "Store a key of fal.ai; without a value it is read from stdin.",
        HelpName = "KEY",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Async, Sync, Wait, Status, Result, Cancel, Schema, AddFalKey])
        {
            command.Options.Add(option);
        }
    }
}
