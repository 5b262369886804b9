namespace Atelier.Server.Storage;

/// <summary>A content in parts, read as one; the part under the position is open, the others are not.</summary>
sealed class PartsStream : Stream
{
    readonly string[] _paths;

    // Where each part begins; one more for the end.
    readonly long[] _starts;
    FileStream? _open;
    int _openIndex = -1;
    long _position;

    /// <param name="parts">Their paths and sizes in bytes, in order; at least one.</param>
    public PartsStream(IEnumerable<(string Path, long Size)> parts)
    {
        var list = parts.ToList();
        _paths = [.. list.Select(part => part.Path)];
        _starts = new long[list.Count + 1];
        for (var i = 0; i < list.Count; i++)
        {
            _starts[i + 1] = _starts[i] + list[i].Size;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _starts[^1];

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>Opens the part under the position.</summary>
    /// <exception cref="IOException">The part was removed meanwhile.</exception>
    public void OpenPart() => _ = Current();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var read = await Current().ReadAsync(buffer, cancellationToken);
        return Advance(read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) =>
        _position >= Length || buffer.IsEmpty ? 0 : Advance(Current().Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open?.Dispose();
        }

        base.Dispose(disposing);
    }

    int Advance(int read)
    {
        // A part that ends before its time was damaged; an end of stream here would serve half a file as a whole one.
        if (read == 0)
        {
            throw new EndOfStreamException("A part of a file is shorter than it was.");
        }

        _position += read;
        return read;
    }

    FileStream Current()
    {
        var found = Array.BinarySearch(_starts, _position);
        var index = found >= 0 ? found : ~found - 1;
        if (index != _openIndex)
        {
            _open?.Dispose();
            _open = new(_paths[index], new FileStreamOptions
            {
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            });
            _openIndex = index;
        }

        var at = _position - _starts[index];
        if (_open!.Position != at)
        {
            _open.Position = at;
        }

        return _open;
    }
}
