using System.Globalization;
using Atelier.Cli.Output;
using Atelier.Protocol;

namespace Atelier.Cli;

/// <summary>Reads what the user typed as ids and durations.</summary>
static class EndpointArgument
{
    /// <summary>An endpoint id, with an optional sub-path appended.</summary>
    public static EndpointId Parse(string text, string? path = null)
    {
        var whole = path is null ? text : $"{text}/{path}";
        return EndpointId.TryParse(whole, out var id)
            ? id
            : throw new CliException(
                ExitCode.Usage, $"{ControlText.Escape(whole)} is no endpoint id.",
                "An id is owner/name, like fal-ai/kokoro/american-english. To find one: atelier models list");
    }

    /// <summary>A positive number of seconds.</summary>
    public static TimeSpan Seconds(string flag, double value) => value is > 0 and < 1e8
        ? TimeSpan.FromSeconds(value)
        : throw new CliException(
            ExitCode.Usage,
            $"{flag} {value.ToString(CultureInfo.InvariantCulture)}: not a positive number of seconds.");
}
