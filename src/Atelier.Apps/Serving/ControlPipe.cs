using System.Diagnostics;

namespace Atelier.Apps.Serving;

/// <summary>
/// Standard input, whose other end the gateway holds. When it closes, the gateway is gone, however it went, and the
/// runner must be gone too.
/// </summary>
static class ControlPipe
{
    /// <summary>Watches on a thread of its own, which native code that hangs or a starved pool cannot stop.</summary>
    public static void Watch()
    {
        Thread watcher = new(() =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> nothing = stackalloc byte[64];
            while (input.Read(nothing) > 0)
            {
            }

            // SIGKILL: no finalizer, exit handler or native destructor gets a chance to wait for something.
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        {
            IsBackground = true,
            Name = "control pipe",
        };
        watcher.Start();
    }
}
