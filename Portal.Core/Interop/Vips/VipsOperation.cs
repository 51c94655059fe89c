using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Core.Interop.Vips;

/// <summary>One libvips operation by its nickname: set its arguments, then ask for its result, once.</summary>
internal sealed class VipsOperation : SafeHandle
{
    public VipsOperation(string nickname) : base(0, ownsHandle: true)
    {
        VipsLibrary.EnsureStarted();
        SetHandle(VipsNative.NewOperation(nickname));
        if (IsInvalid)
            throw VipsException.FromErrorBuffer();
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Sets an argument from text: numbers, flags, enumeration nicknames, file names, lists of numbers apart by spaces.</summary>
    public VipsOperation Set(string name, string value)
        => VipsNative.SetArgument(handle, name, value) == 0 ? this : throw VipsException.FromErrorBuffer();

    public VipsOperation Set(string name, int value) => Set(name, value.ToString(CultureInfo.InvariantCulture));

    public VipsOperation Set(string name, VipsImage value)
    {
        var box = default(VipsNative.GValue);
        VipsNative.InitValue(ref box, VipsNative.ImageType());
        VipsNative.SetObject(ref box, value.DangerousGetHandle());
        VipsNative.SetProperty(handle, name, box);
        VipsNative.UnsetValue(ref box);
        return this;
    }

    public VipsOperation Set(string name, VipsBlob value)
    {
        var box = default(VipsNative.GValue);
        VipsNative.InitValue(ref box, VipsNative.BlobType());
        VipsNative.SetBoxed(ref box, value.DangerousGetHandle());
        VipsNative.SetProperty(handle, name, box);
        VipsNative.UnsetValue(ref box);
        return this;
    }

    /// <summary>Runs the operation and returns its <c>out</c> image.</summary>
    /// <exception cref="VipsException">The operation failed.</exception>
    public VipsImage ToImage()
    {
        Build();
        var box = default(VipsNative.GValue);
        VipsNative.InitValue(ref box, VipsNative.ImageType());
        VipsNative.GetProperty(handle, "out", ref box);
        var image = new VipsImage(VipsNative.DuplicateObject(box));
        VipsNative.UnsetValue(ref box);
        return image;
    }

    /// <summary>Runs the operation and returns a copy of its <c>buffer</c>.</summary>
    /// <exception cref="VipsException">The operation failed.</exception>
    public unsafe byte[] ToBytes()
    {
        Build();
        var box = default(VipsNative.GValue);
        VipsNative.InitValue(ref box, VipsNative.BlobType());
        VipsNative.GetProperty(handle, "buffer", ref box);
        var data = VipsNative.BlobData(VipsNative.GetBoxed(box), out var length);
        var bytes = new ReadOnlySpan<byte>(data, (int)length).ToArray();
        VipsNative.UnsetValue(ref box);
        return bytes;
    }

    protected override bool ReleaseHandle()
    {
        VipsNative.UnrefOutputs(handle);
        VipsNative.Unref(handle);
        return true;
    }

    private void Build()
    {
        var built = VipsNative.Build(handle);
        if (built == 0)
            throw VipsException.FromErrorBuffer();
        // The call returns a reference of its own, which with no cache is to the same operation.
        VipsNative.Unref(handle);
        SetHandle(built);
    }
}
