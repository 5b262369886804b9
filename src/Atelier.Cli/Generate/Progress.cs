using System.Globalization;
using Atelier.Cli.Output;
using Atelier.Client;

namespace Atelier.Cli.Generate;

/// <summary>Shows a request's way: a live line on a terminal, else one line a change.</summary>
sealed class Progress(Terminal terminal, TimeProvider time, bool showsLogs)
{
    readonly long _began = time.GetTimestamp();
    int _linesShown;
    string? _last;

    /// <summary>Log lines are asked for and shown.</summary>
    public bool ShowsLogs => showsLogs;

    public void Show(QueueStatus status)
    {
        var state = Describe(status);
        // The state precedes its lines, and COMPLETED follows them all.
        if (!status.IsCompleted)
        {
            ShowState(state);
        }

        // Logs are cumulative: each line is shown once.
        if (showsLogs && status.Logs is { } logs)
        {
            for (; _linesShown < logs.Count; _linesShown++)
            {
                terminal.Note($"> {ControlText.Escape(logs[_linesShown].Message)}");
            }
        }

        if (status.IsCompleted)
        {
            ShowState(state);
        }
    }

    /// <summary>The state as <c>--status</c> prints it: <c>IN_QUEUE (position: 2)</c>.</summary>
    public static string Describe(QueueStatus status) => status is { Status: "IN_QUEUE", QueuePosition: { } position }
        ? $"IN_QUEUE (position: {position})"
        : ControlText.Escape(status.Status);

    void ShowState(string state)
    {
        if (terminal.IsLive)
        {
            var seconds = time.GetElapsedTime(_began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            terminal.Live($"Status: {state}  {seconds} s");
        }
        else if (state != _last)
        {
            terminal.Note($"Status: {state}");
        }

        _last = state;
    }
}
