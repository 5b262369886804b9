using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Storage;

/// <summary>A body on its way to disk: counted, hashed, and ended when it is too large or stands still.</summary>
sealed class IncomingBody(Stream source, long limitBytes, TimeSpan stallTimeout, TimeProvider time)
{
    /// <summary>As much of the beginning as is kept to tell the content's type.</summary>
    public const int HeadLength = 64;

    // Fewer, larger writes; 64 uploads at once hold 16 MiB.
    const int BufferLength = 256 << 10;

    public long Size { get; private set; }

    public string Sha256 { get; private set; } = "";

    public byte[] Head { get; private set; } = [];

    /// <summary>Writes it all; null when it went well.</summary>
    public async Task<SaveOutcome?> CopyToAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(stallTimeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (true)
            {
                var filled = await FillAsync(buffer.AsMemory(0, BufferLength), stall, any.Token);
                if (Size + filled > limitBytes)
                {
                    return new SaveOutcome.TooLarge(limitBytes);
                }

                if (Size == 0)
                {
                    Head = buffer.AsSpan(0, Math.Min(filled, HeadLength)).ToArray();
                }

                hash.AppendData(buffer, 0, filled);
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, filled), Size, cancellationToken);
                Size += filled;
                if (filled < BufferLength)
                {
                    Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
                    return null;
                }
            }
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
