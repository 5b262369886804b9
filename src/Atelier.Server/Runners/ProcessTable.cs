using System.Globalization;

namespace Atelier.Server.Runners;

/// <summary>What Linux tells of processes under <c>/proc</c>.</summary>
static class ProcessTable
{
    // proc(5): 0 is neutral, 1000 is always the first to go.
    const string VictimScore = "500";

    /// <summary>Tells the kernel to end a runner rather than the server when memory runs out.</summary>
    public static void PreferAsVictim(int processId)
    {
        try
        {
            var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/oom_score_adj");
            File.WriteAllText(file, VictimScore);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The process has gone already, or the host forbids it: a preference, no more.
        }
    }

    /// <summary>
    /// What tells a process from a later one with the same number: the boot, and its start in clock ticks since then.
    /// Null when there is no such process.
    /// </summary>
    public static string? Birth(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));

            // The name, in brackets, can hold anything; starttime is field 22, the 20th after it.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return fields[0] == "Z" ? null : $"{boot}/{fields[19]}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
