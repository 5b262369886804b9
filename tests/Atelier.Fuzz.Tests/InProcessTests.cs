using System.Diagnostics;
using Atelier.Tests.Fuzz.Targets;

namespace Atelier.Tests.Fuzz;

public sealed class InProcessTests
{
    // What a reader may take for one case: room for tables and messages, and a multiple of the input.
    const long BytesPerCase = 4 << 20;
    const long BytesPerInputByte = 2048;

    static readonly TimeSpan TimePerCase = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Targets => [.. AllTargets.ByName.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Targets))]
    public void Bent_input_is_read_or_refused(string name)
    {
        var target = AllTargets.ByName[name];
        var cases = FuzzSettings.Cases / AllTargets.ByName.Count;
        Mutator mutator = new(target.Seeds, target.Tokens, FuzzSettings.Seed);
        for (var number = 0; number < cases; number++)
        {
            var input = mutator.Next();
            if (Fault(target, input) is { } fault)
            {
                Assert.Fail($"{name}, seed {FuzzSettings.Seed}, case {number}, kept as {Keep(name, input)}: {fault}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {cases} cases");
    }

    [Theory, MemberData(nameof(Targets))]
    public void What_once_failed_is_read_or_refused(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "crashers", name);
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            Assert.Null(Fault(AllTargets.ByName[name], File.ReadAllBytes(path)));
        }
    }

    static string? Fault(FuzzTarget target, byte[] input)
    {
        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            target.Try(input);
        }
#pragma warning disable CA1031 // Whatever a reader throws is the finding.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.ToString();
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return taken > BytesPerCase + (BytesPerInputByte * input.Length) ? $"{taken} bytes were allocated for {input.Length}"
            : Stopwatch.GetElapsedTime(started) > TimePerCase ? $"it took {Stopwatch.GetElapsedTime(started)}"
            : null;
    }

    static string Keep(string name, byte[] input)
    {
        var path = Path.Combine(Path.GetTempPath(), $"fuzz-{name}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
