using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Atelier.Protocol;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>
/// One child process that serves one app: its pipes, its socket, its calls and its end. Which calls it gets and how
/// long it lives is the fleet's decision.
/// </summary>
/// <remarks>
/// Standard input is the control pipe. Nothing is written to it; the operating system closes it when this server ends,
/// however it ends, and the runner ends with it.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Disposes what it owns when the process has ended.")]
sealed partial class RunnerProcess
{
    /// <summary>Time between the request to cancel a call and the end of a runner that ignores it.</summary>
    static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    // A dying process closes its sockets a moment before its exit status is known.
    static readonly TimeSpan ExitGrace = TimeSpan.FromMilliseconds(500);

    // What a process wrote before it ended is still to be read from its socket.
    static readonly TimeSpan LastAnswerGrace = TimeSpan.FromSeconds(1);

    static readonly TimeSpan LongestReadyPause = TimeSpan.FromMilliseconds(100);

    readonly RunnerStart _start;
    readonly ActiveCalls _activeCalls;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Process _process;
    readonly RunnerHttp _http;
    readonly RunnerOutput _output;
    readonly RecentLines _recent = new();
    readonly ConcurrentDictionary<string, RunnerCall> _calls = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _silent = new();
    readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Set before the first signal is sent, so that whoever sees the end of the process sees the reason as well; never
    // set once the process has ended by itself.
    volatile bool _endedByUs;

    RunnerProcess(RunnerStart start, Process process, ActiveCalls activeCalls, TimeProvider time, ILogger logger)
    {
        (_start, _process, _activeCalls, _time, _logger) = (start, process, activeCalls, time, logger);
        Id = process.Id;
        _http = new(start.SocketPath, time);
        _output = new(process.StandardOutput.BaseStream, process.StandardError.BaseStream, TakeLine);
    }

    public int Id { get; }

    /// <summary>Completes with the exit code when the process has ended; 128 + n when signal n ended it.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The latest lines of output, oldest first.</summary>
    public IReadOnlyList<LogLine> LastLines(int count) => _recent.Last(count);

    /// <summary>Starts the process; it is not ready yet.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static RunnerProcess Start(RunnerStart start, ActiveCalls activeCalls, TimeProvider time, ILogger logger)
    {
        var info = new ProcessStartInfo(start.Program.FileName, [.. start.Program.Arguments, "serve", start.App])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(start.SocketPath),
        };
        RunnerEnvironment.Fill(info.Environment, start);
        var runner = new RunnerProcess(start, Process.Start(info)!, activeCalls, time, logger);
        ProcessTable.PreferAsVictim(runner.Id);
        Log.Started(logger, start.App, runner.Id);
        _ = runner.WatchAsync();
        return runner;
    }

    /// <summary>Waits until the runner can take calls.</summary>
    /// <returns>Null when it can, else why it cannot.</returns>
    public async Task<string?> WaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(5); !Exited.IsCompleted; pause = Longer(pause))
        {
            if (await _http.IsHealthyAsync())
            {
                Log.Ready(_logger, _start.App, Id, (long)_time.GetElapsedTime(began).TotalMilliseconds);
                return null;
            }

            if (_time.GetElapsedTime(began) >= timeout)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"was not ready within {timeout.TotalSeconds:0.#} s");
            }

            await Task.WhenAny(Exited, Task.Delay(pause, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return $"{HowItEnded(await Exited)} while starting";
    }

    /// <summary>Whether the runner answers its health check now.</summary>
    public Task<bool> IsHealthyAsync() => _http.IsHealthyAsync();

    /// <summary>Runs one call. Throws only for the token's sake, once the runner is done with the call.</summary>
    /// <param name="stream">Takes an answer that is a stream; null reads it to its end.</param>
    public async Task<RunnerReply> CallAsync(RunnerCall call, IAnswerStream? stream, CancellationToken cancellationToken)
    {
        using var listed = _activeCalls.Begin(call.RequestId, _start.Token, call.Rights);
        _calls[call.RequestId] = call;
        try
        {
            var answer = SendAsync(call, stream);
            try
            {
                return await answer.WaitAsync(_start.RequestTimeout, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                Log.TimedOut(_logger, call.RequestId, call.Endpoint, Id);
                await KillAsync();

                // Nothing is handed on behind the back of a call that has ended.
                await answer;
                var seconds = _start.RequestTimeout.TotalSeconds;
                return Failed(
                    RunnerFailure.RequestTimeout,
                    string.Create(CultureInfo.InvariantCulture, $"The app did not answer within {seconds:0.#} s."));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await CancelAsync(call, answer);
                throw;
            }
        }
        finally
        {
            _output.Drain();
            _calls.TryRemove(call.RequestId, out _);
        }
    }

    /// <summary>Asks the process to end, and ends it when the grace is over.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (!Exited.IsCompleted)
        {
            _endedByUs = true;
            Posix.Terminate(Id);
        }

        try
        {
            await Exited.WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    /// <summary>Ends the process and all it has started.</summary>
    public async Task KillAsync()
    {
        if (!Exited.IsCompleted)
        {
            _endedByUs = true;
            _process.Kill(entireProcessTree: true);
        }

        await Exited;
    }

    static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestReadyPause ? pause * 1.5 : LongestReadyPause;

    static RunnerReply Failed(RunnerFailure failure, string sentence) =>
        new(new RunnerOutcome.Failed(failure, sentence), RunnerVerdict.Kill);

    static string HowItEnded(int exitCode) => exitCode > 128
        ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {exitCode - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exitCode}");

    async Task<RunnerReply> SendAsync(RunnerCall call, IAnswerStream? stream)
    {
        var answering = false;
        try
        {
            using var response = await _http.SendAsync(call, _silent.Token);
            answering = true;
            return stream is not null && RunnerAnswer.IsStream(response)
                ? await RunnerAnswer.StreamAsync(response, stream, _silent.Token)
                : await RunnerAnswer.ReadAsync(response, _start.AnswerMaxBytes, _silent.Token);
        }
        catch (RunnerAnswerTooLongException fault)
        {
            return Failed(RunnerFailure.Incomplete, fault.Message);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return await ExplainAsync(RunnerFailure.Refused, "The runner refused the connection.");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            return answering
                ? await ExplainAsync(RunnerFailure.Incomplete, "The app's answer broke off.")
                : await ExplainAsync(RunnerFailure.Disconnected, "The runner closed the connection.");
        }
    }

    // The end of the process explains more than the end of the connection.
    async Task<RunnerReply> ExplainAsync(RunnerFailure failure, string sentence)
    {
        await Task.WhenAny(Exited, Task.Delay(ExitGrace, _time));
        if (_endedByUs)
        {
            return Failed(RunnerFailure.Interrupted, "The runner was stopped.");
        }

        if (!Exited.IsCompleted)
        {
            return Failed(failure, sentence);
        }

        var exitCode = await Exited;
        return Failed(
            exitCode > 128 ? RunnerFailure.Killed : RunnerFailure.Disconnected, $"The runner {HowItEnded(exitCode)}.");
    }

    async Task CancelAsync(RunnerCall call, Task answer)
    {
        using var grace = new CancellationTokenSource(CancelGrace, _time);
        var asked = _http.CancelAsync(call, grace.Token);
        try
        {
            await answer.WaitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            Log.CancelIgnored(_logger, call.RequestId, call.Endpoint, Id);
            await KillAsync();
            await answer;
        }

        await asked;
    }

    async Task WatchAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        var exitCode = _process.ExitCode;
        _output.End();
        var level = _endedByUs ? LogLevel.Information : LogLevel.Warning;
        var howItEnded = HowItEnded(exitCode);
        Log.Ended(_logger, level, _start.App, Id, howItEnded);
        _exited.SetResult(exitCode);
        File.Delete(_start.SocketPath);

        // A process that this one started can hold the socket open; nobody will answer on it.
        await Task.Delay(LastAnswerGrace, _time);
        await _silent.CancelAsync();
        _http.Dispose();
        _process.Dispose();
    }

    void TakeLine(RunnerLine line)
    {
        var entry = new LogLine(_time.GetUtcNow(), line.Level, line.Text);
        _recent.Add(entry);
        Log.Line(_logger, Id, line.Text);
        if (line.RequestId is { } id)
        {
            if (_calls.TryGetValue(id, out var owner))
            {
                owner.Log(entry);
            }
        }
        else if (_calls.Count == 1 && _calls.Values.FirstOrDefault() is { } only)
        {
            // A line without a request can only be told apart when one request runs.
            only.Log(entry);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "Started a runner of {App}, process {ProcessId}.")]
        public static partial void Started(ILogger logger, string app, int processId);

        [LoggerMessage(1202, LogLevel.Information, "Process {ProcessId}, a runner of {App}, is ready after {ElapsedMs} ms.")]
        public static partial void Ready(ILogger logger, string app, int processId, long elapsedMs);

        [LoggerMessage(EventId = 1203, Message = "The runner of {App}, process {ProcessId}, {HowItEnded}.")]
        public static partial void Ended(ILogger logger, LogLevel level, string app, int processId, string howItEnded);

        [LoggerMessage(1204, LogLevel.Warning, "{RequestId} for {Endpoint} took too long; ending process {ProcessId}.")]
        public static partial void TimedOut(ILogger logger, string requestId, string endpoint, int processId);

        [LoggerMessage(1205, LogLevel.Warning, "{RequestId} for {Endpoint} cannot be cancelled; ending process {ProcessId}.")]
        public static partial void CancelIgnored(ILogger logger, string requestId, string endpoint, int processId);

        [LoggerMessage(1207, LogLevel.Warning, "The session {RequestId} of {Endpoint} does not end; ending process {ProcessId}.")]
        public static partial void CloseIgnored(ILogger logger, string requestId, string endpoint, int processId);

        [LoggerMessage(1206, LogLevel.Debug, "Process {ProcessId}: {Line}")]
        public static partial void Line(ILogger logger, int processId, string line);
    }
}
