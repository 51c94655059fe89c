using System.Runtime.InteropServices;

namespace Portal.Core.Interop.Vips;

/// <summary>Bytes that libvips owns; images computed from them keep them alive.</summary>
internal sealed class VipsBlob : SafeHandle
{
    private VipsBlob(nint handle) : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    public static unsafe VipsBlob Copy(ReadOnlySpan<byte> bytes)
    {
        VipsLibrary.EnsureStarted();
        fixed (byte* data = bytes)
            return new VipsBlob(VipsNative.CopyBlob(data, (nuint)bytes.Length));
    }

    protected override bool ReleaseHandle()
    {
        VipsNative.UnrefArea(handle);
        return true;
    }
}
