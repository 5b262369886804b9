namespace Atelier.Server.Wire;

/// <summary>Writes through to an answer's body and keeps a copy, up to a size.</summary>
sealed class CopyingStream(Stream target, int copyMaxBytes) : Stream
{
    readonly MemoryStream _copy = new();
    bool _isTooLong;

    /// <summary>All that was written; null when it was more than is kept.</summary>
    public byte[]? Copied => _isTooLong ? null : _copy.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        Copy(buffer.AsSpan(offset, count));
        target.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Copy(buffer.Span);
        return target.WriteAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    void Copy(ReadOnlySpan<byte> written)
    {
        _isTooLong |= _copy.Length + written.Length > copyMaxBytes;
        if (!_isTooLong)
        {
            _copy.Write(written);
        }
    }
}
