using NetVips;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SharpImage = SixLabors.ImageSharp.Image;
using VipsImage = NetVips.Image;

namespace Portal.Core.Engines.Images;

/// <summary>
/// A BMP file, which the packaged libvips does not read, read by ImageSharp. The call names its BMP decoder, and its
/// configuration knows no other, so that no file can lead it to another.
/// </summary>
internal sealed class BitmapSource : IPictureSource
{
    private const int Bands = 4;

    private static readonly Configuration OnlyBmp = new(new BmpConfigurationModule())
    {
        MaxDegreeOfParallelism = 1,
        // A process decodes one picture after another and is measured by what it holds, so nothing is kept.
        MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 0 }),
    };

    private readonly byte[] _bytes;
    private readonly BitmapHeader _header;
    private byte[]? _pixels;

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public BitmapSource(byte[] bytes)
    {
        VipsLibrary.EnsureStarted();
        (_bytes, _header) = (bytes, BitmapHeader.Of(bytes));
    }

    public (int Width, int Height) Size => (_header.Width, _header.Height);

    public int Orientation => 1;

    public bool MayBeNarrow => false;

    /// <summary>The pixels twice, and for run-length data an index and a mark of each beside them.</summary>
    public long DecodedBytes => (long)_header.Width * _header.Height * (Bands + Bands + 2);

    public VipsImage Load(int reduction = 1)
    {
        _pixels ??= Decode();
        using var raw = VipsImage.NewFromMemory(_pixels, _header.Width, _header.Height, Bands, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    public void Dispose() => _pixels = null;

    private byte[] Decode()
    {
        // What a decoder that was not written for lying files throws is as open as what they say.
#pragma warning disable CA1031
        try
        {
            using var image = SharpImage.Load<Rgba32>(OnlyBmp, _bytes, new BmpDecoder());
            if ((image.Width, image.Height) != Size)
            {
                throw new InvalidDataException("its size makes no sense");
            }

            var pixels = new byte[image.Width * image.Height * Bands];
            image.CopyPixelDataTo(pixels);
            return pixels;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or InvalidDataException))
        {
            throw new InvalidDataException(e.Message.Split('\n')[0].Trim().TrimEnd('.'), e);
        }
#pragma warning restore CA1031
    }
}
