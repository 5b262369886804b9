using System.Runtime.InteropServices;
using Atelier.Cli;

using var interrupted = new CancellationTokenSource();

// The first signal ends the command in order (it cancels its request); the second one, at once.
void OnSignal(PosixSignalContext signal)
{
    if (!interrupted.IsCancellationRequested)
    {
        signal.Cancel = true;
        interrupted.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
return await CommandLine.RunAsync(CliHost.System(), args, interrupted.Token);
