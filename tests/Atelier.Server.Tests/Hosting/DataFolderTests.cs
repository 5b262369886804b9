using Atelier.Server.Hosting;

namespace Atelier.Tests.Server.Hosting;

public sealed class DataFolderTests
{
    [Fact]
    public void A_second_server_on_the_same_folder_is_told_which_one_runs()
    {
        var path = Directory.CreateTempSubdirectory("atelier-test-").FullName;
        using var first = DataFolder.Open(path);
        new ServerFile("http://127.0.0.1:8410", 42, "i").Write(path);

        var fault = Assert.Throws<ConfigurationException>(() => DataFolder.Open(path));
        Assert.Contains("pid 42, http://127.0.0.1:8410", fault.Message, StringComparison.Ordinal);
        Assert.Contains("atelier stop", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_is_its_owners_alone()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("atelier-test-").FullName, "data");
        using var folder = DataFolder.Open(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }
}
