using System.Buffers;
using NetVips;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using IPixelDecoder = SixLabors.ImageSharp.Formats.IImageDecoder;
using SharpImage = SixLabors.ImageSharp.Image;
using VipsImage = NetVips.Image;

namespace Portal.Core.Imaging;

/// <summary>
/// A BMP, PBM, PGM or PPM file, which the packaged libvips does not read, read by ImageSharp. Each call names one of these two
/// decoders, and its configuration knows no others, so that no file can lead it to another.
/// </summary>
internal sealed class BitmapSource : IPictureSource
{
    private static readonly Configuration Narrow = new(new BmpConfigurationModule(), new PbmConfigurationModule())
    {
        PreferContiguousImageBuffers = true,
        MaxDegreeOfParallelism = 1,
        // A process decodes one picture after another and is measured by what it holds, so nothing is kept.
        MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 0 }),
    };

    private readonly ImageType _type;
    private readonly byte[] _bytes;
    private readonly BitmapHeader _header;
    private SharpImage? _decoded;
    private MemoryHandle _pin;
    private Func<VipsImage>? _pixels;

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public BitmapSource(ImageType type, byte[] bytes)
    {
        VipsLibrary.EnsureStarted();
        (_type, _bytes, _header) = (type, bytes, BitmapHeader.Of(type, bytes));
    }

    public (int Width, int Height) Size => (_header.Width, _header.Height);

    public int Orientation => 1;

    public bool IsWide => _header.Full > byte.MaxValue;

    /// <summary>The pixels, and for run-length data an index and marks of each beside them.</summary>
    public long DecodedBytes => (long)_header.Width * _header.Height * (SampleSize * Bands + (_type == ImageType.Bmp ? 2 : 0));

    private int Bands => _type == ImageType.Bmp ? 4 : _header.IsGrey ? 1 : 3;

    private int SampleSize => IsWide ? 2 : 1;

    public VipsImage Load(int reduction = 1)
    {
        _pixels ??= (Bands, SampleSize) switch
        {
            (4, _) => Decode<Rgba32>(new BmpDecoder(), Enums.Interpretation.Srgb),
            (3, 1) => Decode<Rgb24>(new PbmDecoder(), Enums.Interpretation.Srgb),
            (3, _) => Decode<Rgb48>(new PbmDecoder(), Enums.Interpretation.Rgb16),
            (_, 1) => Decode<L8>(new PbmDecoder(), Enums.Interpretation.Bw),
            _ => Decode<L16>(new PbmDecoder(), Enums.Interpretation.Grey16),
        };
        return _pixels();
    }

    public void Dispose()
    {
        _pin.Dispose();
        _decoded?.Dispose();
    }

    private Func<VipsImage> Decode<TPixel>(IPixelDecoder decoder, Enums.Interpretation interpretation)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var image = Decoded<TPixel>(decoder);
        _decoded = image;
        if (image.Size() != new Size(_header.Width, _header.Height) || !image.DangerousTryGetSinglePixelMemory(out var memory))
            throw new InvalidDataException("its size makes no sense");
        _pin = memory.Pin();
        unsafe
        {
            var (pixels, size) = ((nint)_pin.Pointer, (ulong)memory.Length * (ulong)sizeof(TPixel));
            return () => Wrap(pixels, size, interpretation);
        }
    }

    /// <summary>An image of the pixels where they are, which outlive it.</summary>
    private VipsImage Wrap(nint pixels, ulong size, Enums.Interpretation interpretation)
    {
        var format = IsWide ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar;
        using var raw = VipsImage.NewFromMemory(pixels, size, _header.Width, _header.Height, Bands, format);
        return raw.Copy(interpretation: interpretation);
    }

    private Image<TPixel> Decoded<TPixel>(IPixelDecoder decoder) where TPixel : unmanaged, IPixel<TPixel>
    {
        // What a decoder that was not written for lying files throws is as open as what they say.
#pragma warning disable CA1031
        try
        {
            return SharpImage.Load<TPixel>(Narrow, _bytes, decoder);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(e.Message.Split('\n')[0].Trim().TrimEnd('.'), e);
        }
#pragma warning restore CA1031
    }
}
