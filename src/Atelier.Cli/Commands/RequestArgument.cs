using System.CommandLine;
using Atelier.Cli.Targets;
using Atelier.Protocol;

namespace Atelier.Cli.Commands;

/// <summary>A request, named by the user.</summary>
/// <param name="Endpoint">Its model; null when the user did not say.</param>
/// <param name="Id">Its id.</param>
sealed record RequestName(EndpointId? Endpoint, string Id)
{
    static readonly EndpointId AnyModel = new(null, "atelier", "echo", "/");

    /// <summary>The model to address it by: fal needs it, an Atelier server finds a request by its id alone.</summary>
    public EndpointId EndpointAt(Target target) => Endpoint ?? (target.IsFal
        ? throw new CliException(ExitCode.Usage, "fal.ai needs the model beside the request id: --model ID.")
        : AnyModel);
}

/// <summary><c>[MODEL] REQUEST_ID</c>, or the model by <c>--model</c>.</summary>
sealed class RequestArgument
{
    readonly Argument<string[]> _words = new("request")
    {
        Description = "[MODEL] REQUEST_ID",
        HelpName = "[MODEL] ID",
        Arity = new ArgumentArity(1, 2),
    };

    readonly Option<string> _model = new("--model", "-m") { Description = "The endpoint id.", HelpName = "ID" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_words);
        command.Options.Add(_model);
    }

    public RequestName Read(ParseResult parsed)
    {
        var words = parsed.GetValue(_words)!;
        var model = words.Length is 2 ? words[0] : parsed.GetValue(_model);
        return new(model is null ? null : EndpointArgument.Parse(model), words[^1]);
    }
}
