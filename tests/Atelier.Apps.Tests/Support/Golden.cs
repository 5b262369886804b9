namespace Atelier.Tests.Apps;

/// <summary>Files that pin what other programs read. A difference is a change of contract, or a fault.</summary>
static class Golden
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    public static void AssertEqual(string name, string actual)
    {
        // Beside the expected file, so that a wanted change can be looked at and taken over.
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".actual"), actual);
        Assert.Equal(Read(name), actual);
    }
}
