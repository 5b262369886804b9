using System.Globalization;
using Atelier.Cli.Output;
using Atelier.Client;

namespace Atelier.Cli.Generate;

/// <summary>Shows a request's way: a live line on a terminal, else one line a change.</summary>
/// <remarks>
/// Whoever waits learns why: without <c>--logs</c> the newest log line (weights on their way, steps done) stands on
/// the live line, or comes every ten seconds where stderr is no terminal.
/// </remarks>
sealed class Progress(Terminal terminal, TimeProvider time, bool showsLogs)
{
    /// <summary>A log is sent whole with every look; beyond this many lines it is not asked for news only.</summary>
    const int ChattyLines = 500;

    static readonly TimeSpan QuietAtFirst = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenNews = TimeSpan.FromSeconds(10);

    readonly long _began = time.GetTimestamp();
    long _lastNote = time.GetTimestamp();
    int _linesShown;
    bool _isChatty;
    string? _last;
    string? _news;
    string? _newsShown;

    /// <summary>The next look shall bring log lines.</summary>
    public bool WantsLogs => showsLogs || (!_isChatty && time.GetElapsedTime(_began) >= QuietAtFirst);

    public void Show(QueueStatus status)
    {
        var state = Describe(status);
        TakeNews(status);
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

    void TakeNews(QueueStatus status)
    {
        if (!showsLogs && status.Logs is [.., var newest] lines)
        {
            _news = ControlText.Escape(newest.Message);
            _isChatty = lines.Count > ChattyLines;
        }
    }

    /// <summary>The state as <c>--status</c> prints it: <c>IN_QUEUE (position: 2)</c>.</summary>
    public static string Describe(QueueStatus status) => status is { Status: "IN_QUEUE", QueuePosition: { } position }
        ? $"IN_QUEUE (position: {position})"
        : ControlText.Escape(status.Status);

    void ShowState(string state)
    {
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        if (terminal.IsLive)
        {
            terminal.Live(string.Create(CultureInfo.InvariantCulture, $"Status: {state}  {seconds:0.0} s  {_news}"));
        }
        else if (state != _last)
        {
            Note($"Status: {state}");
        }
        else if (_news != _newsShown && time.GetElapsedTime(_lastNote) >= BetweenNews)
        {
            _newsShown = _news;
            Note(string.Create(CultureInfo.InvariantCulture, $"Status: {state}  {seconds:0} s  {_news}"));
        }

        _last = state;
    }

    void Note(string line)
    {
        _lastNote = time.GetTimestamp();
        terminal.Note(line);
    }
}
