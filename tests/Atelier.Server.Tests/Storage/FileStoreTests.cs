using System.Text;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Storage;
using Atelier.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Server.Tests.Storage;

public sealed class FileStoreTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("atelier-files-").FullName;
    readonly ManualTime _time = new();
    readonly StorageOptions _options = new();
    readonly FileStore _store;

    public FileStoreTests() => _store = Reopen();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_kept_file_is_there_after_a_restart()
    {
        var saved = await AddAsync("hello");

        var found = Reopen().Find(new(saved.Id));

        Assert.Equal(saved, found);
        Assert.Equal("hello", await ReadAsync(found!));
    }

    [Fact]
    public async Task An_expired_file_is_gone_to_the_tick_and_swept_later()
    {
        var saved = await AddAsync("short", TimeSpan.FromSeconds(60));
        var stays = await AddAsync("long", TimeSpan.FromSeconds(61));
        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.NotNull(_store.Find(new(saved.Id)));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_store.Find(new(saved.Id)));
        Assert.NotNull(_store.Find(new(stays.Id)));
        Assert.Equal(4, OnDisk.Length);

        Assert.Equal(1, Sweep(_store));
        Assert.Equal(2, OnDisk.Length);
        Assert.Equal("long", await ReadAsync(stays));
    }

    [Fact]
    public async Task The_default_expiration_holds_when_the_caller_says_nothing()
    {
        _options.DefaultExpiration = TimeSpan.FromDays(1);

        var silent = await AddAsync("a");
        var explicitly = await AddAsync("b", TimeSpan.FromDays(9));

        Assert.Equal(_time.GetUtcNow().AddDays(1), silent.Expires);
        Assert.Equal(_time.GetUtcNow().AddDays(9), explicitly.Expires);
    }

    [Theory]
    [InlineData("tmp/{0}")]
    [InlineData("tmp/{0}.json")]
    [InlineData("ab/{0}")]
    public async Task What_a_crash_left_half_written_is_never_served_and_swept(string leftover)
    {
        const string id = "abababababababababababababababab";
        var kept = await AddAsync("kept");
        Directory.CreateDirectory(Path.Combine(_root, "ab"));
        await File.WriteAllTextAsync(Path.Combine(_root, string.Format(null, leftover, id)), "half", Cancelled);

        var store = Reopen();
        Assert.Null(store.Find(new(id)));
        Assert.Equal(1, Sweep(store));

        Assert.Equal(2, OnDisk.Length);
        Assert.Equal("kept", await ReadAsync(kept));
    }

    [Fact]
    public async Task A_damaged_sidecar_is_not_served_and_its_content_is_not_thrown_away()
    {
        var saved = await AddAsync("precious");
        var sidecar = OnDisk.Single(path => path.EndsWith(".json", StringComparison.Ordinal));
        await File.WriteAllTextAsync(sidecar, "{", Cancelled);

        Assert.Null(_store.Find(new(saved.Id)));
        Assert.Equal(0, Sweep(_store));
        Assert.Equal(2, OnDisk.Length);
    }

    [Fact]
    public async Task The_sweep_leaves_what_is_being_written()
    {
        var id = FileId.New();
        using var body = new StuckStream("part"u8.ToArray());
        var put = _store.PutAsync(id, New(), body, Cancelled);
        await body.Stuck;

        Assert.Equal(0, Sweep(_store));
        Assert.IsType<SaveOutcome.Exists>(await _store.PutAsync(id, New(), Stream.Null, Cancelled));
        body.End();

        var saved = Assert.IsType<SaveOutcome.Saved>(await put);
        Assert.Equal("part", await ReadAsync(saved.File));
    }

    [Fact]
    public async Task A_body_that_stands_still_is_ended_and_leaves_nothing()
    {
        using var body = new StuckStream("part"u8.ToArray());
        var put = _store.AddAsync(New(), body, Cancelled);
        await body.Stuck;

        _time.Advance(_options.UploadStallTimeout);

        Assert.IsType<SaveOutcome.Stalled>(await put);
        Assert.Empty(OnDisk);
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_nothing()
    {
        using var body = new StuckStream("part"u8.ToArray());
        var put = _store.AddAsync(New(), body, Cancelled);
        await body.Stuck;

        body.Break(new IOException("reset"));

        await Assert.ThrowsAsync<IOException>(() => put);
        Assert.Empty(OnDisk);
    }

    [Fact]
    public async Task A_full_disk_is_an_outcome_and_leaves_nothing()
    {
        using var body = new StuckStream("part"u8.ToArray());
        var put = _store.AddAsync(New(), body, Cancelled);
        await body.Stuck;

        // What .NET throws when write(2) answers ENOSPC.
        body.Break(new IOException("No space left on device", 28));

        Assert.IsType<SaveOutcome.DiskFull>(await put);
        Assert.Empty(OnDisk);
    }

    [Fact]
    public async Task The_errno_of_a_full_device_is_recognised()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full");
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);

        var fault = await Assert.ThrowsAnyAsync<IOException>(
            async () => await RandomAccess.WriteAsync(full, "x"u8.ToArray(), 0, Cancelled));

        Assert.True(Durable.IsDiskFull(fault));
    }

    [Fact]
    public async Task An_output_is_saved_under_the_callers_rights()
    {
        var rights = new CallRights("local", "http://h:1", """{"expiration_duration_seconds":5}""");

        var outputs = new OutputFiles(_store, new(_root), _options);

        var saved = await outputs.SaveAsync(rights, new MemoryStream([1, 2]), "image/png", "a b.png", Cancelled);

        Assert.Matches("^http://h:1/files/b/[0-9a-f]{8}/[0-9a-f]{24}_a_b.png$", saved.Url);
        Assert.Equal(("image/png", "a b.png", 2L), (saved.ContentType, saved.FileName, saved.FileSize));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Sweep(_store));
    }

    [Fact]
    public async Task Only_the_owner_may_enter_the_folder()
    {
        await AddAsync("x");

        Assert.SkipWhen(OperatingSystem.IsWindows(), "no modes");
#pragma warning disable CA1416 // Skipped above.
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_root));
#pragma warning restore CA1416
    }

    string[] OnDisk => Directory.GetFiles(_root, "*", SearchOption.AllDirectories);

    static NewFile New(TimeSpan? expiration = null) => new("local", "text/plain", "a.txt", expiration, 1 << 20);

    FileStore Reopen() => new(_root, _options, _time, NullLogger<FileStore>.Instance);

    int Sweep(FileStore store) =>
        new Sweeper(store, new(store, _options), _time, NullLogger<Sweeper>.Instance).Sweep(Cancelled);

    async Task<StoredFile> AddAsync(string text, TimeSpan? expiration = null)
    {
        var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Assert.IsType<SaveOutcome.Saved>(await _store.AddAsync(New(expiration), content, Cancelled)).File;
    }

    async Task<string> ReadAsync(StoredFile file)
    {
        using var reader = new StreamReader(_store.Open(file)!);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
