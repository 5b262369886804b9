using Atelier.Apps;

namespace Atelier.Models.Tests;

/// <summary>A request without a gateway: inputs by name, outputs and log lines kept.</summary>
sealed class RecordingCall : Call
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public List<string> Lines { get; } = [];

    public List<(byte[] Content, string ContentType, string FileName)> Saved { get; } = [];

    public override string RequestId => "request";

    public override string Endpoint => "endpoint";

    public override int Attempt => 1;

    public override void Log(string message, string level = "INFO") => Lines.Add(message);

    public override Task<FileOutput> SaveAsync(
        ReadOnlyMemory<byte> content, string contentType, string fileName, CancellationToken cancellationToken)
    {
        Saved.Add((content.ToArray(), contentType, fileName));
        return Task.FromResult(new FileOutput("http://files/1", contentType, fileName, content.Length));
    }

    public override Task<ImageOutput> SaveImageAsync(
        ReadOnlyMemory<byte> content, string contentType, string fileName, int width, int height,
        CancellationToken cancellationToken)
    {
        Saved.Add((content.ToArray(), contentType, fileName));
        return Task.FromResult(new ImageOutput("http://files/1", contentType, fileName, content.Length, width, height));
    }

    public override Task<ReadOnlyMemory<byte>> FetchAsync(
        string field, string url, long maxBytes, CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>>(Files[url]);
}
