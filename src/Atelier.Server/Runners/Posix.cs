using System.Runtime.InteropServices;

namespace Atelier.Server.Runners;

/// <summary>The three calls of the operating system that .NET does not offer.</summary>
static class Posix
{
    public const int SigTerm = 15;

    /// <summary>There is something to read.</summary>
    public const short PollIn = 1;

    /// <summary>The other end is closed; sent without being asked for.</summary>
    public const short PollHangUp = 16;

    /// <summary>Asks a process to end; a process that is gone already is no error.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, SigTerm);

    /// <summary>Waits until one of the descriptors can be read without blocking.</summary>
    /// <param name="timeoutMilliseconds">0 looks only.</param>
    /// <returns>How many can be read.</returns>
    public static int Poll(PollDescriptor[] descriptors, int timeoutMilliseconds) =>
        PollNative(descriptors, (nuint)descriptors.Length, timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int PollNative([In, Out] PollDescriptor[] descriptors, nuint count, int timeoutMilliseconds);
}

/// <summary><c>struct pollfd</c>. A negative descriptor is passed over.</summary>
[StructLayout(LayoutKind.Sequential)]
struct PollDescriptor
{
    public int Descriptor;
    public short Wanted;
    public short Found;
}
