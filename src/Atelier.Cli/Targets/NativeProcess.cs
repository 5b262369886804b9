using System.Runtime.InteropServices;

namespace Atelier.Cli.Targets;

/// <summary>The two calls of libc that .NET has no name for.</summary>
static partial class NativeProcess
{
    const int SigTerm = 15;

    /// <summary>Asks a process to end: <see cref="System.Diagnostics.Process.Kill()"/> would not ask.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, SigTerm);

    /// <summary>Becomes another program: same process id, same terminal. Returns only when that failed.</summary>
    /// <param name="program">A path, or a name to find in <c>PATH</c>.</param>
    /// <param name="arguments">All of them, without the program.</param>
    public static void Replace(string program, IReadOnlyList<string> arguments)
    {
        string?[] argv = [program, .. arguments, null];
        _ = Execute(program, argv);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string file, string?[] argv);
}
