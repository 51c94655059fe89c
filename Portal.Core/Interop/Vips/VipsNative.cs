using System.Runtime.InteropServices;

namespace Portal.Core.Interop.Vips;

/// <summary>The part of libvips and GObject that the portal calls. No variadic function is among them: those cannot be called portably from here.</summary>
internal static unsafe partial class VipsNative
{
    private const string Lib = NativeLibraries.Vips;

    static VipsNative() => NativeLibraries.Install();

    [LibraryImport(Lib, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string argv0);

    [LibraryImport(Lib, EntryPoint = "g_setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Lib, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMax(int operations);

    [LibraryImport(Lib, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(Lib, EntryPoint = "vips_block_untrusted_set")]
    public static partial void BlockUntrusted(int blocked);

    /// <summary>Blocks or allows a class of operations and all its subclasses, by GType name.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void BlockOperation(string typeName, int blocked);

    /// <summary>Returns a copy of the error text, to be freed with <see cref="Free"/>, and clears it.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrorBuffer();

    [LibraryImport(Lib, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewOperation(string nickname);

    [LibraryImport(Lib, EntryPoint = "vips_object_set_argument_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetArgument(nint operation, string name, string value);

    [LibraryImport(Lib, EntryPoint = "vips_cache_operation_build")]
    public static partial nint Build(nint operation);

    [LibraryImport(Lib, EntryPoint = "vips_object_unref_outputs")]
    public static partial void UnrefOutputs(nint operation);

    [LibraryImport(Lib, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint instance);

    [LibraryImport(Lib, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(nint instance, string name, in GValue value);

    [LibraryImport(Lib, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(nint instance, string name, ref GValue value);

    [LibraryImport(Lib, EntryPoint = "g_value_init")]
    public static partial nint InitValue(ref GValue value, nuint type);

    [LibraryImport(Lib, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(ref GValue value);

    [LibraryImport(Lib, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(ref GValue value, nint instance);

    [LibraryImport(Lib, EntryPoint = "g_value_dup_object")]
    public static partial nint DuplicateObject(in GValue value);

    [LibraryImport(Lib, EntryPoint = "g_value_set_boxed")]
    public static partial void SetBoxed(ref GValue value, nint boxed);

    [LibraryImport(Lib, EntryPoint = "g_value_get_boxed")]
    public static partial nint GetBoxed(in GValue value);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Lib, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    /// <summary>Copies the bytes into memory that libvips owns and counts references to.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_blob_copy")]
    public static partial nint CopyBlob(byte* data, nuint length);

    [LibraryImport(Lib, EntryPoint = "vips_blob_get")]
    public static partial byte* BlobData(nint blob, out nuint length);

    [LibraryImport(Lib, EntryPoint = "vips_area_unref")]
    public static partial void UnrefArea(nint area);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_width")]
    public static partial int Width(nint image);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_height")]
    public static partial int Height(nint image);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(nint image);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_format")]
    public static partial int Format(nint image);

    [LibraryImport(Lib, EntryPoint = "vips_format_sizeof")]
    public static partial ulong SizeOf(int format);

    [LibraryImport(Lib, EntryPoint = "vips_image_get_interpretation")]
    public static partial int Interpretation(nint image);

    /// <summary>The GType of a metadata field, 0 where the image has no such field.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint FieldType(nint image, string name);

    /// <summary>Writes any metadata field as text, to be freed with <see cref="Free"/>.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_image_get_as_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FieldText(nint image, string name, out nint text);

    /// <summary>The EXIF orientation, 1 to 8; 1 where the file has none or an invalid one.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_image_get_orientation")]
    public static partial int Orientation(nint image);

    /// <summary>Computes the pixels; the memory is freed with <see cref="Free"/>, null on failure.</summary>
    [LibraryImport(Lib, EntryPoint = "vips_image_write_to_memory")]
    public static partial byte* WriteToMemory(nint image, out nuint size);

    [LibraryImport(Lib, EntryPoint = "vips_image_set_kill")]
    public static partial void SetKill(nint image, int kill);

    [LibraryImport(Lib, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    /// <summary>GLib's tagged union: a type and two machine words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct GValue
    {
        private nuint _type;
        private ulong _data0;
        private ulong _data1;
    }
}
