namespace Atelier.Server.Packs;

/// <summary>
/// What one <c>packs/NAME.json</c> says: where a pack's files come from, how to know that they are the right ones, and
/// whose they are. <c>docs/packs.md</c> describes the format.
/// </summary>
sealed record PackManifest
{
    /// <summary>The variant that fits every platform.</summary>
    public const string AnyPlatform = "any";

    public required string Name { get; init; }

    /// <summary>Ours: raised whenever a file of the pack changes, because two versions lie side by side.</summary>
    public required string Version { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>Who made the files, and which package carries them.</summary>
    public required string Origin { get; init; }

    public required PackLicense License { get; init; }

    /// <summary>Used by tests only: left out when every pack is asked for.</summary>
    public bool TestOnly { get; init; }

    /// <summary>By runtime identifier (<c>linux-x64</c>), or <see cref="AnyPlatform"/>.</summary>
    public required IReadOnlyDictionary<string, PackVariant> Variants { get; init; }

    /// <summary>The pack's folder in the cache, and how its version is told to people.</summary>
    public string Folder => $"{Name}@{Version}";

    /// <summary>The variant for a platform, or null when there is none.</summary>
    public PackVariant? For(string platform) =>
        Variants.GetValueOrDefault(platform) ?? Variants.GetValueOrDefault(AnyPlatform);
}

/// <summary>SPDX identifiers.</summary>
/// <param name="Code">Of the library, or of the package that carries the weights.</param>
/// <param name="Weights">Of the weights; null for a library.</param>
sealed record PackLicense(string Code, string? Weights = null);

/// <summary>The files of one platform.</summary>
sealed record PackVariant
{
    public required IReadOnlyList<PackSource> Sources { get; init; }

    /// <summary>Run in order once all files are there. The files they read are not kept.</summary>
    public IReadOnlyList<PackConversion> Conversions
    {
        get;

        // The generated reader sets what a file leaves out to null.
        init => field = value ?? [];
    } = [];

    /// <summary>What must be downloaded when nothing is there.</summary>
    public long DownloadBytes => Sources.Sum(source => source.DownloadBytes);

    /// <summary>The files of the finished pack.</summary>
    public IReadOnlyList<PackFile> Outputs =>
    [
        .. Sources.SelectMany(source => source.Files)
            .Where(file => !Conversions.Any(conversion => conversion.Reads(file.As))),
        .. Conversions.Select(conversion => new PackFile
        {
            As = conversion.As, Bytes = conversion.Bytes, Sha256 = conversion.Sha256,
        }),
    ];
}

/// <summary>One place that files come from.</summary>
sealed record PackSource
{
    /// <summary><c>npm:NAME@VERSION</c>, <c>hf:OWNER/REPO@COMMIT</c> or an <c>https:</c> address of one file.</summary>
    public required string From { get; init; }

    /// <summary>npm only: the tarball's <c>sha512-…</c>, as the registry tells it.</summary>
    public string? Integrity { get; init; }

    /// <summary>npm only: the tarball's size.</summary>
    public long? Bytes { get; init; }

    public required IReadOnlyList<PackFile> Files { get; init; }

    public long DownloadBytes => Bytes ?? Files.Sum(file => file.Bytes);
}

/// <summary>One file of a pack.</summary>
sealed record PackFile
{
    /// <summary>
    /// Where it lies in the package or repository; null for an <c>https:</c> file and a converted one.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Its name in the pack, with <c>/</c> between folders.</summary>
    public required string As { get; init; }

    public required long Bytes { get; init; }

    /// <summary>64 hexadecimal digits, lower-case.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A file that is made from others when the pack is pulled.</summary>
sealed record PackConversion
{
    /// <summary>The one kind there is: an ncnn net to ONNX.</summary>
    public const string NcnnToOnnx = "ncnn-onnx";

    public required string Kind { get; init; }

    /// <summary>The net's <c>.param</c>, by its name in the pack.</summary>
    public required string Param { get; init; }

    /// <summary>The net's <c>.bin</c>, by its name in the pack.</summary>
    public required string Bin { get; init; }

    public required string As { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    public bool Reads(string name) => name == Param || name == Bin;
}
