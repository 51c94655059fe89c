using System.Runtime.InteropServices;

namespace Portal.Core.Interop.Vips;

/// <summary>An image as libvips sees it: a recipe whose pixels are computed when they are asked for.</summary>
internal sealed class VipsImage : SafeHandle
{
    private const int InterpretationCmyk = 15;
    private const int InterpretationSrgb = 22;
    private const int InterpretationRgb16 = 25;

    internal VipsImage(nint handle) : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    public int Width => VipsNative.Width(handle);

    public int Height => VipsNative.Height(handle);

    public int Bands => VipsNative.Bands(handle);

    /// <summary>Bytes of one band of one pixel.</summary>
    public int SampleSize => (int)VipsNative.SizeOf(VipsNative.Format(handle));

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation => VipsNative.Orientation(handle);

    public bool IsCmyk => VipsNative.Interpretation(handle) == InterpretationCmyk;

    public bool IsRgb => VipsNative.Interpretation(handle) is InterpretationSrgb or InterpretationRgb16;

    /// <summary>Whether the file brought an ICC profile.</summary>
    public bool HasProfile => VipsNative.FieldType(handle, "icc-profile-data") != 0;

    /// <summary>A metadata field as text, or null where the image has none of that name. Bytes that are no UTF-8 become replacement characters.</summary>
    public string? FieldText(string name)
    {
        if (VipsNative.FieldType(handle, name) == 0 || VipsNative.FieldText(handle, name, out var text) != 0)
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(text);
        }
        finally
        {
            VipsNative.Free(text);
        }
    }

    /// <summary>Computes the pixels, row by row with bands interleaved, into a span of exactly their size.</summary>
    /// <exception cref="VipsException">A pixel could not be computed, or <see cref="Kill"/> was called.</exception>
    public unsafe void CopyPixelsTo(Span<byte> destination)
    {
        var pixels = VipsNative.WriteToMemory(handle, out var size);
        if (pixels == null)
            throw VipsException.FromErrorBuffer();
        try
        {
            if ((nuint)destination.Length != size)
                throw new ArgumentException($"The image has {size} bytes and the destination {destination.Length}.", nameof(destination));
            new ReadOnlySpan<byte>(pixels, (int)size).CopyTo(destination);
        }
        finally
        {
            VipsNative.Free((nint)pixels);
        }
    }

    /// <summary>Makes a computation of this image that runs on another thread fail soon.</summary>
    public void Kill() => VipsNative.SetKill(handle, 1);

    protected override bool ReleaseHandle()
    {
        VipsNative.Unref(handle);
        return true;
    }
}
