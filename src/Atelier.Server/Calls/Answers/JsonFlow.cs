using System.Buffers;
using System.Text.Json;
using Atelier.Server.Wire;

namespace Atelier.Server.Calls;

/// <summary>An answer that is sent while it is written: a hundred payloads of 64 MiB never are in memory together.</summary>
sealed class JsonFlow : IDisposable
{
    const int PartBytes = 64 * 1024;

    readonly ArrayBufferWriter<byte> _buffer = new(4096);
    readonly HttpContext _context;

    public JsonFlow(HttpContext context)
    {
        _context = context;
        Json = new(_buffer, WireJson.Relaxed);
    }

    public Utf8JsonWriter Json { get; }

    /// <summary>To be called between entries: sends what has gathered when it is much.</summary>
    public async Task PassOnAsync()
    {
        await Json.FlushAsync();
        if (_buffer.WrittenCount < PartBytes)
        {
            return;
        }

        if (!_context.Response.HasStarted)
        {
            _context.Response.ContentType = "application/json";
        }

        await JsonAnswer.SendPartsAsync(_context, _buffer.WrittenMemory);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Sends the rest.</summary>
    public async Task EndAsync()
    {
        await Json.FlushAsync();
        if (_context.Response.HasStarted)
        {
            await JsonAnswer.SendPartsAsync(_context, _buffer.WrittenMemory);
        }
        else
        {
            await JsonAnswer.SendAsync(_context, 200, _buffer.WrittenMemory);
        }
    }

    public void Dispose() => Json.Dispose();
}
