using System.Runtime.InteropServices;
using Atelier.Engines.Imaging.Native;

namespace Atelier.Engines.Imaging;

/// <summary>The native libvips library: loaded once, for good, with most of its codecs shut.</summary>
public static class Vips
{
    // Class names of libvips. A codec that is not here cannot be reached by any bytes that a caller sends.
    static readonly string[] OpenCodecs =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadHeif",
        "VipsForeignLoadNsgif", "VipsForeignLoadTiff",
        "VipsForeignSaveJpeg", "VipsForeignSavePng", "VipsForeignSaveSpng", "VipsForeignSaveWebp",
    ];

    static readonly Lock Gate = new();

    // Written once under Gate.
    static bool _loaded;

    /// <summary>The library's version, such as 8.18.7.</summary>
    public static string Version
    {
        get => field ?? throw new InvalidOperationException($"{nameof(Vips)}.{nameof(Load)} comes first.");
        private set;
    }

    /// <summary>Loads the library. A second call, from whichever path, changes nothing.</summary>
    /// <param name="path">Of <c>libvips-cpp.so</c> with GLib inside, as sharp builds it, or of another libvips.</param>
    /// <exception cref="DllNotFoundException">There is no such library, or the system cannot load it.</exception>
    public static void Load(string path)
    {
        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            var library = NativeLibrary.Load(path);
            NativeLibrary.SetDllImportResolver(
                typeof(VipsLibrary).Assembly, (name, _, _) => name == VipsLibrary.Name ? library : 0);
            if (VipsLibrary.Init("atelier") != 0)
            {
                throw new DllNotFoundException($"{path}: {VipsException.Take().Message}");
            }

            VipsLibrary.SilenceWarnings();
            VipsLibrary.BlockUntrusted(1);
            VipsLibrary.BlockOperation("VipsForeignLoad", 1);
            VipsLibrary.BlockOperation("VipsForeignSave", 1);
            Array.ForEach(OpenCodecs, codec => VipsLibrary.BlockOperation(codec, 0));
            VipsLibrary.SetConcurrency(Environment.ProcessorCount);

            // No two requests share a picture, so remembered operations would only hold memory.
            VipsLibrary.SetCacheMax(0);
            Version = Marshal.PtrToStringUTF8(VipsLibrary.VersionString()) ?? "unknown";
            _loaded = true;
        }
    }
}
