using System.Runtime.ExceptionServices;
using Atelier.Cli.Output;
using Atelier.Client;

namespace Atelier.Cli;

/// <summary>What a person reads when a command fails: what happened, why, and the way out.</summary>
static class Failure
{
    /// <summary>Writes the error; rethrows what is our own bug, because that needs its stack trace.</summary>
    public static async Task<int> ReportAsync(CliHost host, Exception fault)
    {
        var end = fault switch
        {
            CliException known => known,
            ApiException refused => Of(refused),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } strange => new(
                ExitCode.Unreachable, strange.Message),
            HttpRequestException network => new(
                ExitCode.Unreachable, $"The server cannot be reached: {network.Message}",
                "Is the address right? --server local starts a server on this machine."),
            TimeoutException silent => new(ExitCode.Unreachable, silent.Message),
            IOException or UnauthorizedAccessException => new(ExitCode.Failed, fault.Message),
            _ => null,
        };
        if (end is null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        await host.Error.WriteLineAsync($"Error: {ControlText.Escape(end!.Message)}");
        foreach (var hint in end.Hints)
        {
            await host.Error.WriteLineAsync(hint);
        }

        return end.ExitCode;
    }

    static CliException Of(ApiException error) => error switch
    {
        ValidationException { FieldErrors.Count: > 0 } refused => new(
            ExitCode.Failed, $"The input was refused ({error.Status}):",
            [
                .. refused.FieldErrors.Select(field => "  " + ControlText.Escape(field.ToString())),
                .. RequestLine(error),
            ]),
        { Status: 401 } => new(
            ExitCode.Failed, $"The server refused the key: {error.Message}",
            "An Atelier server takes ATELIER_KEY=id:secret; fal.ai takes FAL_KEY."),
        { IsUserTimeout: true } => new(ExitCode.Timeout, error.Message, [.. RequestLine(error)]),
        { ControlStatus: "NOT_FOUND" } => new(ExitCode.NotFound, "Request not found"),
        { ControlStatus: "ALREADY_COMPLETED" } => new(
            ExitCode.Failed, "The request has completed already; there is nothing to cancel."),
        { Status: 404 } => new(ExitCode.NotFound, error.Message),
        _ => new(ExitCode.Failed, error.Message, [.. RequestLine(error)]),
    };

    static IReadOnlyList<string> RequestLine(ApiException error) =>
        error.RequestId is { Length: > 0 } id ? [$"Request ID: {ControlText.Escape(id)}"] : [];
}
