namespace Atelier.Server.Tests.Storage;

/// <summary>A body whose beginning arrives and whose rest does not, until the test says how it ends.</summary>
sealed class StuckStream(byte[] beginning) : Stream
{
    readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _begun;

    /// <summary>Completes when the reader waits for more.</summary>
    public Task Stuck => _stuck.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void End() => _end.SetResult(0);

    public void Break(Exception fault) => _end.SetException(fault);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun)
        {
            _begun = true;
            beginning.CopyTo(buffer);
            return beginning.Length;
        }

        _stuck.TrySetResult();
        return await _end.Task.WaitAsync(cancellationToken);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
