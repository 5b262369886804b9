using System.Text;
using Atelier.Server.Storage;
using Atelier.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Server.Tests.Storage;

public sealed class PartStoreTests : IDisposable
{
    const string Id = "abababababababababababababababab";

    readonly string _root = Directory.CreateTempSubdirectory("atelier-parts-").FullName;
    readonly ManualTime _time = new();
    readonly StorageOptions _options = new();
    readonly MultipartTicket _ticket;

    FileStore _files;
    PartStore _parts;

    public PartStoreTests()
    {
        _ticket = new(Id, "local", "text/plain", "a.txt", 60, null, 1 << 20, _time.GetUtcNow().AddHours(1));
        (_files, _parts) = Open();
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Folder => Path.Combine(_root, "ab", Id + ".parts");

    string[] OnDisk => Directory.GetFiles(_root, "*", SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_full_disk_takes_nothing_of_a_part_and_leaves_the_others()
    {
        var one = await PutAsync(1, "one");
        using var body = new StuckStream("part"u8.ToArray());
        var put = _parts.PutAsync(_ticket, 2, body, Cancelled);
        await body.Stuck;

        // What .NET throws when write(2) answers ENOSPC.
        body.Break(new IOException("No space left on device", 28));

        Assert.IsType<SaveOutcome.DiskFull>(await put);
        Assert.Equal(2, OnDisk.Length);
        Assert.Equal([one], await _parts.ListAsync(new(Id), Cancelled));
    }

    [Fact]
    public async Task A_crash_between_two_versions_of_a_part_leaves_the_newer_one()
    {
        var old = await PutAsync(1, "old");
        var saved = await File.ReadAllBytesAsync(Path.Combine(Folder, old.FileName), Cancelled);
        var newer = await PutAsync(1, "newer");
        var left = Path.Combine(Folder, old.FileName);
        await File.WriteAllBytesAsync(left, saved, Cancelled);
        File.SetLastWriteTimeUtc(left, File.GetLastWriteTimeUtc(Path.Combine(Folder, newer.FileName)).AddSeconds(-1));
        (_files, _parts) = Open();

        Assert.Equal([newer], await _parts.ListAsync(new(Id), Cancelled));
        var file = await CompleteAsync(newer);

        Assert.Equal([newer.FileName], Directory.GetFiles(Folder).Select(Path.GetFileName));
        Assert.Equal("newer", await ReadAsync(file));
    }

    [Fact]
    public async Task A_crash_after_the_sidecar_leaves_a_file_and_the_sweep_takes_the_rest()
    {
        var part = await PutAsync(1, "whole");
        var end = Path.Combine(_root, "ab", Id + ".upload");
        var text = await File.ReadAllTextAsync(end, Cancelled);
        var file = await CompleteAsync(part);
        await File.WriteAllTextAsync(end, text, Cancelled);
        (_files, _parts) = Open();

        Assert.Equal(0, Sweep());

        Assert.Equal(2, OnDisk.Length);
        Assert.Equal("whole", await ReadAsync(_files.Find(new(Id))!));
        Assert.Equal(file.Sha256, Assert.IsType<SaveOutcome.Saved>(
            await _parts.CompleteAsync(_ticket, [new(1, part.Sha256)], Cancelled)).File.Sha256);
    }

    [Fact]
    public async Task A_file_in_parts_expires_as_a_whole()
    {
        var part = await PutAsync(1, "short");
        await CompleteAsync(part);
        Assert.NotNull(_files.Find(new(Id)));

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Null(_files.Find(new(Id)));
        Assert.Equal(1, Sweep());
        Assert.Empty(OnDisk);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Parts_without_an_end_are_a_leftover()
    {
        await PutAsync(1, "x");
        File.Delete(Path.Combine(_root, "ab", Id + ".upload"));

        Assert.Equal(1, Sweep());

        Assert.Empty(OnDisk);
    }

    [Fact]
    public async Task Asking_for_uploads_that_never_began_leaves_nothing()
    {
        Assert.Empty(await _parts.ListAsync(new(Id), Cancelled));
        Assert.IsType<SaveOutcome.Invalid>(await _parts.CompleteAsync(_ticket, [new(1, "x")], Cancelled));
        await _parts.AbortAsync(new(Id), Cancelled);

        Assert.Empty(OnDisk);
    }

    [Fact]
    public async Task A_part_that_is_given_up_while_it_comes_is_the_first_of_a_new_upload()
    {
        await PutAsync(1, "one");
        using var body = new StuckStream("two"u8.ToArray());
        var put = _parts.PutAsync(_ticket, 2, body, Cancelled);
        await body.Stuck;
        await _parts.AbortAsync(new(Id), Cancelled);

        body.End();

        var kept = Assert.IsType<SaveOutcome.PartKept>(await put).Part;
        Assert.Equal([kept], await _parts.ListAsync(new(Id), Cancelled));
        Assert.Equal("two", await ReadAsync(await CompleteAsync(kept)));
    }

    [Fact]
    public async Task A_stream_of_parts_reads_from_any_place()
    {
        var text = "abcdefghij";
        var sizes = new[] { 1, 4, 2, 3 };
        var at = 0;
        var parts = new List<StoredPart>();
        for (var n = 0; n < sizes.Length; at += sizes[n++])
        {
            parts.Add(await PutAsync(n + 1, text.Substring(at, sizes[n])));
        }

        using var content = _files.Open(await CompleteAsync([.. parts]))!;

        Assert.Equal(text.Length, content.Length);
        for (var start = text.Length; start >= 0; start--)
        {
            content.Seek(start, SeekOrigin.Begin);
            var read = new MemoryStream();
            await content.CopyToAsync(read, Cancelled);
            Assert.Equal(text[start..], Encoding.ASCII.GetString(read.ToArray()));
        }

        Assert.Equal(0, await content.ReadAsync(new byte[1], Cancelled));
    }

    (FileStore Files, PartStore Parts) Open()
    {
        var files = new FileStore(_root, _options, _time, NullLogger<FileStore>.Instance);
        return (files, new(files, _options));
    }

    int Sweep() => new Sweeper(_files, _parts, _time, NullLogger<Sweeper>.Instance).Sweep(Cancelled);

    async Task<StoredPart> PutAsync(int number, string text) => Assert.IsType<SaveOutcome.PartKept>(
        await _parts.PutAsync(_ticket, number, new MemoryStream(Encoding.ASCII.GetBytes(text)), Cancelled)).Part;

    async Task<StoredFile> CompleteAsync(params StoredPart[] parts) => Assert.IsType<SaveOutcome.Saved>(
        await _parts.CompleteAsync(
            _ticket, [.. parts.Select(part => new NamedPart(part.Number, part.Sha256))], Cancelled)).File;

    async Task<string> ReadAsync(StoredFile file)
    {
        using var reader = new StreamReader(_files.Open(file)!);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
