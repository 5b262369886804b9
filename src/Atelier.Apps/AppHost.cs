using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Atelier.Apps.Describing;
using Atelier.Apps.Serving;
using Atelier.Protocol.Apps;

namespace Atelier.Apps;

/// <summary>The two verbs of a program that hosts apps: <c>describe</c> and <c>serve APP_ID</c>.</summary>
/// <example><c>return await AppHost.RunAsync(args, typeof(MyApp).Assembly);</c> is such a program, whole.</example>
public static class AppHost
{
    const string Usage = "Usage: describe | serve APP_ID";

    /// <summary>Runs a verb over the apps of the assemblies.</summary>
    /// <returns>The exit code: 0 done, 1 an app is wrong or its setup failed, 2 wrong usage.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, params Assembly[] assemblies)
    {
        try
        {
            switch (args)
            {
                case ["describe"]:
                    Describe(assemblies);
                    return 0;
                case ["serve", var id]:
                    ControlPipe.Watch();
                    return await ServeAsync(id, assemblies);
                case ["serve"]:
                    throw new UsageException($"serve needs the id of an app. {Usage}");
                case []:
                    throw new UsageException(Usage);
                default:
                    throw new UsageException($"Unknown command: {string.Join(' ', args)}. {Usage}");
            }
        }
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (AppDefinitionException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>The manifests of all apps in the assemblies, ordered by id. Nothing is set up.</summary>
    /// <exception cref="AppDefinitionException">
    /// An app is not what the app model asks for; the text says what to change.
    /// </exception>
    public static IReadOnlyList<AppManifest> Describe(IEnumerable<Assembly> assemblies) =>
        [.. AppDefinition.FindAll(assemblies).Select(app => app.Manifest)];

    static void Describe(Assembly[] assemblies)
    {
        using var output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(
            output, Describe(assemblies.AsEnumerable()), ManifestJson.Default.IReadOnlyListAppManifest);
        output.WriteByte((byte)'\n');
    }

    static async Task<int> ServeAsync(string id, Assembly[] assemblies)
    {
        var environment = RunnerEnvironment.Read(Environment.GetEnvironmentVariable);
        var app = AppDefinition.FindAll(assemblies).FirstOrDefault(app => app.Manifest.App == id)
            ?? throw new UsageException($"No app {id} here. describe lists those there are.");
        await using RunnerOutput output = new(Console.OpenStandardOutput());
        Console.SetOut(output);

        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using CancellationTokenSource setup = new();
        var starting = RunnerServer.StartAsync(app, environment, output, setup.Token);
        if (await Task.WhenAny(starting, stopping.Task) == stopping.Task)
        {
            // Nothing is running that could be finished, and a setup in native code would not hear of a cancellation.
            return 0;
        }

        RunnerServer server;
        try
        {
            server = await starting;
        }
#pragma warning disable CA1031 // The program's one catch-all: a setup that fails is an exit code, not a crash.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            return 1;
        }

        await using var _ = server;
        await stopping.Task;
        await server.StopAsync();
        return 0;
    }
}
