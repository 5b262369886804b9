namespace Atelier.Server.Outbound;

/// <summary>
/// An open download. Reading it obeys the limits it was opened with; disposing it ends the connection.
/// </summary>
public sealed class GuardedDownload : IDisposable
{
    readonly HttpResponseMessage _response;
    readonly CancellationTokenSource _deadline;
    readonly long _limitBytes;

    GuardedDownload(HttpResponseMessage response, long limitBytes, CancellationTokenSource deadline) =>
        (_response, _limitBytes, _deadline) = (response, limitBytes, deadline);

    /// <summary>The media type the server named, without parameters, or null.</summary>
    public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

    internal static GuardedDownload Open(
        HttpResponseMessage response, long limitBytes, CancellationTokenSource deadline)
    {
        var refusal = !response.IsSuccessStatusCode
            ? new OutboundException(
                OutboundFailure.BadStatus, $"The file's server answered {(int)response.StatusCode}.")
            : response.Content.Headers.ContentLength > limitBytes ? TooLarge(limitBytes) : null;
        if (refusal is null)
        {
            return new(response, limitBytes, deadline);
        }

        response.Dispose();
        throw refusal;
    }

    /// <summary>Copies the body; answers its size in bytes.</summary>
    /// <exception cref="OutboundException">It is too large, too slow, or broke off.</exception>
    public async Task<long> CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        await using var body = await _response.Content.ReadAsStreamAsync(any.Token);
        var buffer = new byte[128 << 10];
        var total = 0L;
        while (await ReadAsync(body, buffer, any.Token, cancellationToken) is > 0 and var read)
        {
            total += read;
            if (total > _limitBytes)
            {
                throw TooLarge(_limitBytes);
            }

            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return total;
    }

    public void Dispose()
    {
        _response.Dispose();
        _deadline.Dispose();
    }

    // Only the reading side: a fault of the destination is the server's own and passes unchanged.
    static async Task<int> ReadAsync(
        Stream body, Memory<byte> buffer, CancellationToken any, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, any);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, "The file's server was too slow.");
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            throw new OutboundException(OutboundFailure.Unreachable, "The file's server broke off the answer.", fault);
        }
    }

    static OutboundException TooLarge(long limitBytes) =>
        new(OutboundFailure.TooLarge, $"The file is larger than {limitBytes} bytes.");
}
