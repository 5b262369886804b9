namespace Atelier.Server.Storage;

/// <summary>The parts of one upload that is not complete, as they are on disk.</summary>
/// <remarks>Whoever holds <see cref="Gate"/> may read and change it, and the upload's folder with it.</remarks>
sealed class PartialUpload
{
    readonly SortedDictionary<int, StoredPart> _parts = [];

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Bytes of all parts.</summary>
    public long Size { get; private set; }

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyCollection<StoredPart> Parts => _parts.Values;

    /// <summary>Reads the upload's folder: once, by the first request after a start that names the upload.</summary>
    public static PartialUpload Load(string folder)
    {
        var upload = new PartialUpload();
        if (!Directory.Exists(folder))
        {
            return upload;
        }

        // Two versions of one part are there when the process ended between the new one and the old one's removal.
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.LastWriteTimeUtc))
        {
            if (StoredPart.FromFile(file) is { } part)
            {
                upload.Put(part);
            }
        }

        return upload;
    }

    public StoredPart? Find(int number) => _parts.GetValueOrDefault(number);

    /// <summary>Bytes of all parts once this one took its number's place.</summary>
    public long SizeWith(StoredPart part) => Size - (Find(part.Number)?.Size ?? 0) + part.Size;

    /// <summary>The last one wins.</summary>
    public void Put(StoredPart part)
    {
        Size = SizeWith(part);
        _parts[part.Number] = part;
    }

    public void Clear()
    {
        _parts.Clear();
        Size = 0;
    }
}
