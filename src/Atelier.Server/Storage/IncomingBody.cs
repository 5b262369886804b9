using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Storage;

/// <summary>A body on its way to disk: counted, hashed, and ended when it is too large or stands still.</summary>
/// <remarks>
/// Two buffers: while one is hashed and written, the other is filled from the network. That is all the memory there is
/// to a body of any size.
/// </remarks>
sealed class IncomingBody(Stream source, long limitBytes, TimeSpan stallTimeout, TimeProvider time)
{
    /// <summary>As much of the beginning as is kept to tell the content's type.</summary>
    public const int HeadLength = 64;

    // Fewer, larger writes; 64 uploads at once hold 32 MiB.
    const int BufferLength = 256 << 10;

    // Written-back early, so that the sync at the end finds little to do.
    const long FlushLength = 2 << 20;

    public long Size { get; private set; }

    public string Sha256 { get; private set; } = "";

    public byte[] Head { get; private set; } = [];

    /// <summary>Writes it all and syncs it; null when it went well.</summary>
    public async Task<SaveOutcome?> CopyToAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(stallTimeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var filling = ArrayPool<byte>.Shared.Rent(BufferLength);
        var writing = ArrayPool<byte>.Shared.Rent(BufferLength);
        var written = Task.CompletedTask;
        try
        {
            var filled = BufferLength;
            while (filled == BufferLength)
            {
                filled = await FillAsync(filling.AsMemory(0, BufferLength), stall, any.Token);
                await written;
                if (Size + filled > limitBytes)
                {
                    return new SaveOutcome.TooLarge(limitBytes);
                }

                if (Size == 0)
                {
                    Head = filling.AsSpan(0, Math.Min(filled, HeadLength)).ToArray();
                }

                (filling, writing) = (writing, filling);
                var (block, at) = (writing.AsMemory(0, filled), Size);
                written = Task.Run(() => Write(file, hash, block.Span, at), CancellationToken.None);
                Size += filled;
            }

            await written;
            RandomAccess.FlushToDisk(file);
            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            return null;
        }
        catch (OperationCanceledException)
            when (stall.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new SaveOutcome.Stalled();
        }
        finally
        {
            // A buffer goes back only when nobody writes from it any more; what the write says was said, or is moot.
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(writing);
        }
    }

    static void Write(SafeFileHandle file, IncrementalHash hash, ReadOnlySpan<byte> block, long at)
    {
        hash.AppendData(block);
        RandomAccess.Write(file, block, at);
        var end = at + block.Length;
        if (end / FlushLength != at / FlushLength)
        {
            Durable.StartWriteBack(file, (end / FlushLength - 1) * FlushLength, FlushLength);
        }
    }

    // Each arrival of bytes starts the wait anew; a partly filled buffer means the end of the body.
    async Task<int> FillAsync(Memory<byte> buffer, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            stall.CancelAfter(stallTimeout);
            var read = await source.ReadAsync(buffer[filled..], cancellationToken);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }
}
