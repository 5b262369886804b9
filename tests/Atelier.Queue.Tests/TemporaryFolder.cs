namespace Atelier.Queue.Tests;

/// <summary>A folder of a test's own, with the options of a queue in it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("atelier-queue-").FullName;

    public string Database => System.IO.Path.Combine(Path, "queue.db");

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    public SqliteQueueOptions Options => new() { Path = Database, BlobFolder = Blobs, InstanceId = "test" };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
