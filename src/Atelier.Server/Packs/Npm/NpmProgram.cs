using System.ComponentModel;
using System.Diagnostics;

namespace Atelier.Server.Packs.Npm;

/// <summary>Asks the npm program itself for its registry: it knows of settings that lie beside its own files.</summary>
static class NpmProgram
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What <c>npm config get registry</c> prints; null when there is no npm or it does not answer.</summary>
    public static async Task<string?> RegistryAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new("npm", ["config", "get", "registry"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            process.Start();
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var answer = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode is 0 ? answer.Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return null;
        }
    }
}
