using System.Globalization;

namespace Atelier.Tests.Fuzz;

/// <summary>How much is tried. The defaults are what every test run can afford.</summary>
static class FuzzSettings
{
    /// <summary>Cases in this process, over all targets.</summary>
    public static int Cases { get; } = Read("ATELIER_FUZZ_CASES", 20_000);

    /// <summary>Cases over a socket.</summary>
    public static int SocketCases { get; } = Read("ATELIER_FUZZ_SOCKET_CASES", 2_000);

    /// <summary>The same seed gives the same cases, on any machine.</summary>
    public static int Seed { get; } = Read("ATELIER_FUZZ_SEED", 1);

    static int Read(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : fallback;
}
