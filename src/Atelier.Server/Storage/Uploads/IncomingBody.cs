using System.Buffers;
using System.Security.Cryptography;
using Atelier.Server.Hosting;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Storage;

/// <summary>A body on its way to disk: counted, hashed, and ended when it is too large or stands still.</summary>
/// <remarks>
/// One buffer, hashed and written on the thread that filled it; meanwhile Kestrel goes on to receive, up to 1 MiB. A
/// second buffer, written by another thread, was measured and gave nothing.
/// </remarks>
sealed class IncomingBody(Stream source, long limitBytes, TimeSpan stallTimeout, TimeProvider time)
{
    /// <summary>As much of the beginning as is kept to tell the content's type.</summary>
    public const int HeadLength = 64;

    // Fewer, larger writes; 64 uploads at once hold 16 MiB.
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
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var filled = BufferLength;
            while (filled == BufferLength)
            {
                filled = await FillAsync(buffer.AsMemory(0, BufferLength), stall, any.Token);
                if (Size + filled > limitBytes)
                {
                    return new SaveOutcome.TooLarge(limitBytes);
                }

                if (Size == 0)
                {
                    Head = buffer.AsSpan(0, Math.Min(filled, HeadLength)).ToArray();
                }

                Write(file, hash, buffer.AsSpan(0, filled), Size);
                Size += filled;
            }

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
            ArrayPool<byte>.Shared.Return(buffer);
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
