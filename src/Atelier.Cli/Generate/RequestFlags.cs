using System.CommandLine;
using System.Globalization;
using Atelier.Client;

namespace Atelier.Cli.Generate;

/// <summary>The flags that travel beside the input.</summary>
sealed class RequestFlags
{
    readonly Option<string> _priority = Priority();

    readonly Option<string> _hint = new("--hint") { Description = "A routing hint for the queue.", HelpName = "TEXT" };

    readonly Option<double?> _startTimeout = new("--start-timeout")
    {
        Description = "Seconds that may pass before the work starts.",
        HelpName = "S",
    };

    readonly Option<double?> _lifecycle = new("--lifecycle")
    {
        Description = "Generated and uploaded files expire after N seconds.",
        HelpName = "N",
    };

    readonly Option<string> _webhook = new("--webhook-url")
    {
        Description = "Called with the result; else FAL_WEBHOOK with --async.",
        HelpName = "URL",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_priority);
        command.Options.Add(_hint);
        command.Options.Add(_startTimeout);
        command.Options.Add(_lifecycle);
        command.Options.Add(_webhook);
    }

    public SubmitOptions Read(ParseResult parsed, string? defaultWebhook) => new()
    {
        // The wire knows normal and low only; rush is an old name of the first.
        Priority = parsed.GetValue(_priority) is "rush" ? "normal" : parsed.GetValue(_priority),
        RunnerHint = parsed.GetValue(_hint),
        StartTimeout = Span("--start-timeout", parsed.GetValue(_startTimeout)),
        ObjectLifetime = Lifetime(parsed),
        Webhook = parsed.GetValue(_webhook) ?? defaultWebhook,
    };

    static TimeSpan? Span(string flag, double? seconds) =>
        seconds is { } value ? EndpointArgument.Seconds(flag, value) : null;

    // A fraction would be cut to "expires at once".
    TimeSpan? Lifetime(ParseResult parsed) => parsed.GetValue(_lifecycle) switch
    {
        null => null,
        { } seconds when seconds >= 1 => Span("--lifecycle", Math.Floor(seconds)),
        { } seconds => throw new CliException(
            ExitCode.Usage, $"--lifecycle {seconds.ToString(CultureInfo.InvariantCulture)}: at least 1 second."),
    };

    static Option<string> Priority()
    {
        var option = new Option<string>("--priority") { Description = "Priority in the queue." };
        option.AcceptOnlyFromAmong("normal", "low", "rush");
        return option;
    }
}
