using System.Diagnostics;
using Atelier.Server.Runners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Runners;

public sealed class RunnerLedgerTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("atelier-test-");

    string File => Path.Combine(_folder.FullName, "runners.json");

    [Fact]
    public async Task The_next_server_ends_what_the_last_one_left_behind()
    {
        using var left = Process.Start("sleep", "1000");
        Open().Add(left.Id);

        Assert.Equal(1, Open().EndLeftovers());

        await left.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, Open().EndLeftovers());
    }

    [Fact]
    public async Task A_process_that_only_has_the_number_of_a_runner_is_let_be()
    {
        using var stranger = Process.Start("sleep", "1000");
        var birth = ProcessTable.Birth(stranger.Id)!;
        await System.IO.File.WriteAllTextAsync(
            File, $$"""[{"process_id":{{stranger.Id}},"birth":"{{birth}}0"}]""", TestContext.Current.CancellationToken);

        Assert.Equal(0, Open().EndLeftovers());

        Assert.Equal(birth, ProcessTable.Birth(stranger.Id));
        stranger.Kill();
    }

    [Fact]
    public void A_torn_file_is_no_obstacle()
    {
        System.IO.File.WriteAllText(File, "[{");

        Assert.Equal(0, Open().EndLeftovers());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    RunnerLedger Open() => new(File, NullLogger<RunnerLedger>.Instance);
}
