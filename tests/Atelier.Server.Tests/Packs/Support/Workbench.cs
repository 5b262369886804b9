using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Packs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Server.Tests.Packs.Support;

/// <summary>A registry, a cache folder and the makings of small packs, for one test.</summary>
sealed class Workbench : IAsyncDisposable
{
    public const string Package = "demo";

    Workbench(FakeRegistry registry, string root)
    {
        Registry = registry;
        Root = root;
    }

    public FakeRegistry Registry { get; }

    public string Root { get; }

    public string Cache => Path.Combine(Root, "cache");

    public Dictionary<string, string> Variables { get; } = [];

    public PackOptions Options { get; } = new() { RetrySeconds = 0, Tries = 3 };

    public static async Task<Workbench> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("atelier-packs-").FullName;
        var bench = new Workbench(await FakeRegistry.StartAsync(), root);
        bench.Variables["ATELIER_PACKS"] = bench.Cache;
        bench.Variables["HOME"] = bench.Root;
        bench.Variables["npm_config_registry"] = bench.Registry.Address.ToString();
        return bench;
    }

    /// <summary>A store over the cache; two of them stand for two processes, whose locks are the same ones.</summary>
    public PackStore Store(params PackManifest[] packs) => new(
        new PackCatalog(packs),
        Options,
        new PackEnvironment(Variables, Root, "linux-x64"),
        TimeProvider.System,
        NullLoggerFactory.Instance);

    /// <summary>Publishes a tarball and returns the pack that wants these files of it.</summary>
    public PackManifest Publish(byte[] tarball, params PackFile[] files)
    {
        Registry.Publish(Package, "1.0.0", tarball, Integrity(tarball));
        return Pack(Package, tarball, files);
    }

    public static PackManifest Pack(string name, byte[] tarball, params PackFile[] files) =>
        Pack(name, new PackSource
        {
            From = $"npm:{Package}@1.0.0",
            Integrity = Integrity(tarball),
            Bytes = tarball.Length,
            Files = files,
        });

    public static PackManifest Pack(string name, params PackSource[] sources) => new()
    {
        Name = name,
        Version = "1",
        Title = "A pack for a test",
        Origin = "Made up.",
        License = new("MIT"),
        Variants = new Dictionary<string, PackVariant> { [PackManifest.AnyPlatform] = new() { Sources = sources } },
    };

    public static PackFile Wanted(string path, string content, string? name = null) => new()
    {
        Path = path,
        As = name ?? path,
        Bytes = Encoding.UTF8.GetByteCount(content),
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))),
    };

    public static byte[] Tarball(params (string Name, string Content)[] files) =>
        Tarball(files.Select(file => Entry(file.Name, file.Content)));

    public static byte[] Tarball(IEnumerable<TarEntry> entries)
    {
        using var memory = new MemoryStream();
        using (var packed = new GZipStream(memory, CompressionLevel.NoCompression))
        using (var tar = new TarWriter(packed))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return memory.ToArray();
    }

    public static TarEntry Entry(string name, string content) => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
    };

    public static string Integrity(byte[] bytes) => "sha512-" + Convert.ToBase64String(SHA512.HashData(bytes));

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
