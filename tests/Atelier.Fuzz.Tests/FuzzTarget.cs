using System.Text;

namespace Atelier.Tests.Fuzz;

/// <summary>One reader of what callers send.</summary>
/// <param name="Name">Also the folder of its crashers.</param>
/// <param name="Seeds">Good input.</param>
/// <param name="Tokens">Words of its language.</param>
/// <param name="Try">Reads one case; throws when the reader breaks a rule. Refusals that callers may see are caught inside.</param>
sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Tokens, Action<byte[]> Try)
{
    public override string ToString() => Name;

    public static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The case as text, as it arrives after the server has decoded a path or a header.</summary>
    public static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    /// <summary>A rule of the target: what must hold for every input, good or bad.</summary>
    public static void Rule(bool holds, string rule)
    {
        if (!holds)
        {
            throw new RuleBrokenException(rule);
        }
    }
}
