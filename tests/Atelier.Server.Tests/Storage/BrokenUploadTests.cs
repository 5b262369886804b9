using System.Net.Sockets;
using System.Text;

namespace Atelier.Server.Tests.Storage;

public sealed class BrokenUploadTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_leaves_nothing()
    {
        await using var host = await StorageHost.StartAsync();
        var (_, uploadUrl) = await host.InitiateAsync();

        var target = new Uri(uploadUrl);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(target.Host, target.Port, Cancelled);
            var head = $"PUT {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\n"
                + "Content-Length: 1000000\r\n\r\nhalf";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancelled);
        }

        await host.StopAsync();
        Assert.Empty(host.OnDisk);
    }

    [Fact]
    public async Task A_body_that_the_disk_has_no_room_for_is_503_before_it_comes()
    {
        await using var host = await StorageHost.StartAsync(options => options.UploadMaxBytes = long.MaxValue);
        var (_, uploadUrl) = await host.InitiateAsync();

        var target = new Uri(uploadUrl);
        using var client = new TcpClient();
        await client.ConnectAsync(target.Host, target.Port, Cancelled);
        var head = $"PUT {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\n"
            + $"Content-Length: {1L << 62}\r\nConnection: close\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancelled);
        using var reader = new StreamReader(client.GetStream());

        Assert.Equal("HTTP/1.1 503 Service Unavailable", await reader.ReadLineAsync(Cancelled));
        Assert.Empty(host.OnDisk);
    }

    [Fact]
    public async Task Urls_and_files_survive_a_restart_of_the_server()
    {
        var folder = Directory.CreateTempSubdirectory("atelier-storage-").FullName;
        string path;
        string upload;
        var first = await StorageHost.StartAsync(dataFolder: folder);
        path = new Uri(await first.StoreAsync("kept")).PathAndQuery;
        upload = new Uri((await first.InitiateAsync()).UploadUrl).PathAndQuery;
        await first.StopAsync();

        await using var second = await StorageHost.StartAsync(dataFolder: folder);

        Assert.Equal("kept", await second.Http.GetStringAsync(path, Cancelled));
        using var put = await second.PutAsync(upload, Wire.Body("later"));
        Assert.Equal(200, (int)put.StatusCode);
        Assert.Equal(32, new FileInfo(Path.Combine(folder, "storage.key")).Length);
#pragma warning disable CA1416 // Unix alone has these modes, and the server runs there alone.
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "storage.key")));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task A_file_ends_when_its_header_said_so()
    {
        await using var host = await StorageHost.StartAsync();
        var url = await host.StoreAsync(
            "short", """{"expiration_duration_seconds":60,"initial_acl":{"default":"allow"}}""");
        using var before = await host.GetAsync(url);
        Assert.Equal("public, max-age=60, immutable", Assert.Single(before.Headers.GetValues("Cache-Control")));

        host.Time.Advance(TimeSpan.FromSeconds(60));

        using var after = await host.GetAsync(url);
        Assert.Equal(404, (int)after.StatusCode);
    }

    [Fact]
    public async Task The_hourly_sweep_removes_expired_files()
    {
        await using var host = await StorageHost.StartAsync();
        await host.StoreAsync("short", """{"expiration_duration_seconds":60}""");
        Assert.Equal(2, host.OnDisk.Count);
        var gone = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(host.FilesFolder) { IncludeSubdirectories = true };
        watcher.Deleted += (_, change) =>
        {
            if (Path.GetExtension(change.Name) is "")
            {
                gone.TrySetResult();
            }
        };
        watcher.EnableRaisingEvents = true;

        host.Time.Advance(TimeSpan.FromHours(1));

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.Empty(host.OnDisk);
    }
}
