using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Runners;

/// <summary>
/// <c>runners.json</c>: the processes that this server has started, so that the next one can end those that outlived a
/// kill -9. A runner ends by itself when its control pipe closes; this is for the one that cannot.
/// </summary>
sealed partial class RunnerLedger(string path, ILogger<RunnerLedger> logger)
{
    readonly Lock _gate = new();
    readonly Dictionary<int, string> _births = [];

    /// <summary>Ends what an earlier server left behind. A process that only has the number of one is let be.</summary>
    /// <returns>How many were ended.</returns>
    public int EndLeftovers()
    {
        var ended = 0;
        foreach (var entry in Read())
        {
            if (ProcessTable.Birth(entry.ProcessId) == entry.Birth && End(entry.ProcessId))
            {
                Log.LeftoverEnded(logger, entry.ProcessId);
                ended++;
            }
        }

        lock (_gate)
        {
            Write();
        }

        return ended;
    }

    public void Add(int processId)
    {
        if (ProcessTable.Birth(processId) is { } birth)
        {
            lock (_gate)
            {
                _births[processId] = birth;
                Write();
            }
        }
    }

    public void Remove(int processId)
    {
        lock (_gate)
        {
            if (_births.Remove(processId))
            {
                Write();
            }
        }
    }

    static bool End(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Gone between the look and the signal, or not ours to signal.
            return false;
        }
    }

    LedgerEntry[] Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), LedgerJson.Default.LedgerEntryArray) ?? [];
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            // None, or torn by a power cut; then the processes are gone as well.
            return [];
        }
    }

    void Write()
    {
        var entries = _births.Select(pair => new LedgerEntry(pair.Key, pair.Value)).ToArray();
        var temporary = path + ".tmp";
        var json = JsonSerializer.SerializeToUtf8Bytes(entries, LedgerJson.Default.LedgerEntryArray);
        File.WriteAllBytes(temporary, json);
        File.Move(temporary, path, overwrite: true);
    }

    static partial class Log
    {
        [LoggerMessage(1220, LogLevel.Warning, "Ended process {ProcessId}, left behind by an earlier server.")]
        public static partial void LeftoverEnded(ILogger logger, int processId);
    }
}

/// <param name="Birth">What <see cref="ProcessTable.Birth"/> said when it was started.</param>
sealed record LedgerEntry(int ProcessId, string Birth);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LedgerEntry[]))]
sealed partial class LedgerJson : JsonSerializerContext;
