using System.Runtime.InteropServices;

namespace Atelier.Engines.Imaging.Native;

/// <summary>What is used of libvips and of the GLib inside it; nothing variadic.</summary>
static unsafe partial class VipsLibrary
{
    /// <summary>Resolved to the file that <see cref="Vips.Load"/> was given, never searched for.</summary>
    public const string Name = "atelier-vips";

    [LibraryImport(Name, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string program);

    [LibraryImport(Name, EntryPoint = "vips_version_string")]
    public static partial nint VersionString();

    [LibraryImport(Name, EntryPoint = "vips_block_untrusted_set")]
    public static partial void BlockUntrusted(int state);

    [LibraryImport(Name, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void BlockOperation(string className, int state);

    [LibraryImport(Name, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(Name, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMax(int operations);

    [LibraryImport(Name, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrors();

    [LibraryImport(Name, EntryPoint = "vips_foreign_find_load_buffer")]
    public static partial nint FindLoader(void* data, nuint bytes);

    [LibraryImport(Name, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewOperation(string name);

    [LibraryImport(Name, EntryPoint = "vips_object_build")]
    public static partial int Build(nint operation);

    [LibraryImport(Name, EntryPoint = "vips_object_unref_outputs")]
    public static partial void UnrefOutputs(nint operation);

    [LibraryImport(Name, EntryPoint = "vips_object_set_argument_from_string",
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetArgument(nint operation, string name, string value);

    [LibraryImport(Name, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Name, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(Name, EntryPoint = "vips_blob_new")]
    public static partial nint NewBlob(nint free, void* data, nuint bytes);

    [LibraryImport(Name, EntryPoint = "vips_blob_get")]
    public static partial void* BlobData(nint blob, nuint* bytes);

    [LibraryImport(Name, EntryPoint = "vips_area_unref")]
    public static partial void UnrefBlob(nint blob);

    [LibraryImport(Name, EntryPoint = "vips_image_new_from_memory")]
    public static partial nint ImageOver(void* data, nuint bytes, int width, int height, int bands, int format);

    [LibraryImport(Name, EntryPoint = "vips_image_write_to_memory")]
    public static partial void* WriteToMemory(nint image, nuint* bytes);

    [LibraryImport(Name, EntryPoint = "vips_image_get_width")]
    public static partial int Width(nint image);

    [LibraryImport(Name, EntryPoint = "vips_image_get_height")]
    public static partial int Height(nint image);

    [LibraryImport(Name, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(nint image);

    [LibraryImport(Name, EntryPoint = "vips_image_get_interpretation")]
    public static partial int Interpretation(nint image);

    [LibraryImport(Name, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint FieldType(nint image, string field);

    [LibraryImport(Name, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint SetLogHandler(
        string domain, int levels, delegate* unmanaged<nint, int, nint, nint, void> handler, nint data);

    /// <summary>
    /// Warnings about damaged files would go to stderr, into some request's log; what matters is an error anyway.
    /// </summary>
    public static void SilenceWarnings()
    {
        const int Warning = 1 << 4, Message = 1 << 5, Info = 1 << 6, Debug = 1 << 7;
        SetLogHandler("VIPS", Warning | Message | Info | Debug, &Ignore, 0);
    }

    [UnmanagedCallersOnly]
    static void Ignore(nint domain, int level, nint message, nint data)
    {
    }

    [LibraryImport(Name, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(nint gobject, string name, GValue* value);

    [LibraryImport(Name, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(nint gobject, string name, GValue* value);

    [LibraryImport(Name, EntryPoint = "g_value_init")]
    public static partial nint InitValue(GValue* value, nuint type);

    [LibraryImport(Name, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(GValue* value);

    [LibraryImport(Name, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(GValue* value, nint gobject);

    [LibraryImport(Name, EntryPoint = "g_value_get_object")]
    public static partial nint GetObject(GValue* value);

    [LibraryImport(Name, EntryPoint = "g_value_set_boxed")]
    public static partial void SetBoxed(GValue* value, nint boxed);

    [LibraryImport(Name, EntryPoint = "g_value_get_boxed")]
    public static partial nint GetBoxed(GValue* value);

    [LibraryImport(Name, EntryPoint = "g_object_ref")]
    public static partial nint Ref(nint gobject);

    [LibraryImport(Name, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint gobject);

    [LibraryImport(Name, EntryPoint = "g_free")]
    public static partial void Free(void* memory);
}

/// <summary>GLib's variant: a type and two words, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
struct GValue
{
    public nuint Type;
    public ulong First;
    public ulong Second;
}
