using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;
using Atelier.Server.Runners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Runners;

/// <summary>A fleet of fake runners in a folder of its own.</summary>
sealed class FakeFleet : IAsyncDisposable
{
    static readonly CallRights Rights = new("local", "http://127.0.0.1:1", null);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("atelier-test-");
    readonly string _app;
    int _calls;

    public FakeFleet(
        string app = "fake/app", AppScaling? scaling = null, PreparePacks? packs = null, RunnerProgram? program = null)
    {
        _app = app;
        var manifest = new AppManifest { App = app, Endpoints = [], Scaling = scaling ?? new() };
        Runner = new(manifest, Surround(program ?? new("node", [Script()]), packs), NullLogger<ProcessRunner>.Instance);
    }

    public HastyTime Time { get; } = new();

    public ActiveCalls ActiveCalls { get; } = new();

    public ProcessRunner Runner { get; }

    public string Folder => _folder.FullName;

    public RunnerStatus Only => Assert.Single(Runner.Snapshot());

    /// <summary>Runs a call that is told what to do; the running call can be watched.</summary>
    public FakeCall Begin(string input) => BeginCancellable(input, CancellationToken.None);

    public FakeCall BeginCancellable(string input, CancellationToken cancellationToken, string? hint = null)
    {
        var call = new FakeCall($"request-{Interlocked.Increment(ref _calls)}");
        call.Outcome = Task.Run(() => Runner.RunAsync(
            new()
            {
                RequestId = call.RequestId,
                App = _app,
                Endpoint = _app + "/run",
                Path = "/run",
                Hint = hint,
                Attempt = 2,
                Input = Encoding.UTF8.GetBytes(input),
                Log = call.Take,
                Rights = Rights,
            },
            cancellationToken),
            CancellationToken.None);
        return call;
    }

    public Task<RunnerOutcome> RunAsync(string input) => Begin(input).Outcome;

    public async Task<JsonElement> AnswerAsync(string input, string? hint = null)
    {
        var answer = Assert.IsType<RunnerOutcome.Answered>(
            await BeginCancellable(input, CancellationToken.None, hint).Outcome);
        return JsonElement.Parse(answer.Body.Span);
    }

    public async Task<RunnerOutcome.Failed> FailureAsync(string input) =>
        Assert.IsType<RunnerOutcome.Failed>(await RunAsync(input));

    /// <summary>Waits until the process has gone, whoever ends it.</summary>
    public static async Task GoneAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Runner.StopAsync();
        _folder.Delete(recursive: true);
    }

    RunnerSurroundings Surround(RunnerProgram program, PreparePacks? packs) => new()
    {
        Program = program,
        Sockets = SocketFolder.Open(Path.Combine(Folder, "runners")),
        Ledger = new(Path.Combine(Folder, "runners.json"), NullLogger<RunnerLedger>.Instance),
        Gateway = () => "http://127.0.0.1:8410",
        PreparePacks = packs ?? ((_, _, _) => Task.FromResult<IReadOnlyDictionary<string, string>>(
            new Dictionary<string, string> { ["voices"] = "/packs/voices" })),
        ActiveCalls = ActiveCalls,
        AnswerMaxBytes = 4096,
        Time = Time,
    };

    static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests/Atelier.Server.Tests/Runners/fake-runner.mjs");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("fake-runner.mjs");
    }
}

/// <summary>A call under way.</summary>
sealed class FakeCall(string requestId)
{
    readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentQueue<LogLine> _log = new();

    public string RequestId { get; } = requestId;

    /// <summary>The runner has the call.</summary>
    public Task Arrived => _arrived.Task;

    public Task<RunnerOutcome> Outcome { get; set; } = null!;

    /// <summary>Level and text of each line but the runner's receipt.</summary>
    public IReadOnlyList<string> Log => [.. _log.Select(line => $"{line.Level} {line.Message}")];

    public void Take(LogLine line)
    {
        if (line is { Level: "DEBUG", Message: "got it" })
        {
            _arrived.TrySetResult();
        }
        else
        {
            _log.Enqueue(line);
        }
    }
}
