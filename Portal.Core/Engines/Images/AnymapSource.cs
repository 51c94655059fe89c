using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>
/// A PBM, PGM or PPM file: its samples as they are, scaled to 8 or 16 bits. Neither library reads it: the packaged
/// libvips has no loader for it, and ImageSharp 2 drops first samples that look like white space, reads 16 bits in the
/// wrong order and scales by whole numbers.
/// </summary>
internal sealed class AnymapSource : IPictureSource
{
    private readonly AnymapHeader _header;
    private readonly byte[] _bytes;
    private byte[]? _samples;

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public AnymapSource(byte[] bytes)
    {
        VipsLibrary.EnsureStarted();
        (_bytes, _header) = (bytes, AnymapHeader.Of(bytes));
    }

    public (int Width, int Height) Size => (_header.Width, _header.Height);

    public int Orientation => 1;

    /// <summary>A file that names another full sample than that of 16 bits says itself how many there are.</summary>
    public bool MayBeNarrow => _header.Full == ushort.MaxValue;

    public long DecodedBytes => (long)_header.Width * _header.Height * _header.Bands * _header.SampleSize;

    public Image Load(int reduction = 1)
    {
        _samples ??= Decode();
        var (isGrey, isWide) = (_header.Bands == 1, _header.SampleSize == 2);
        using var raw = Image.NewFromMemory(
            _samples,
            _header.Width,
            _header.Height,
            _header.Bands,
            isWide ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar
        );
        return raw.Copy(
            interpretation: (isGrey, isWide) switch
            {
                (true, false) => Enums.Interpretation.Bw,
                (true, true) => Enums.Interpretation.Grey16,
                (false, false) => Enums.Interpretation.Srgb,
                _ => Enums.Interpretation.Rgb16,
            }
        );
    }

    public void Dispose() { }

    private byte[] Decode()
    {
        var samples = GC.AllocateUninitializedArray<byte>(checked((int)DecodedBytes));
        var data = _bytes.AsSpan(_header.Start);
        var at = 0;
        var rowLength = _header.Width * _header.Bands;
        for (var i = 0; i < samples.Length / _header.SampleSize; i++)
        {
            var value = _header.Kind switch
            {
                1 => Number(data, ref at, 1) ^ 1,
                2 or 3 => Number(data, ref at, int.MaxValue),
                4 => ~(data[(i / rowLength * ((rowLength + 7) / 8)) + (i % rowLength / 8)] >> (7 - (i % rowLength % 8)))
                    & 1,
                _ when _header.SampleSize == 2 => BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]),
                _ => data[i],
            };
            var scaled = Math.Min(1, (double)value / _header.Full);
            if (_header.SampleSize == 1)
            {
                samples[i] = (byte)Math.Round(scaled * byte.MaxValue);
            }
            else
            {
                MemoryMarshal.Cast<byte, ushort>(samples.AsSpan())[i] = (ushort)Math.Round(scaled * ushort.MaxValue);
            }
        }
        return samples;
    }

    /// <summary>The next number of at most so many digits, over what is none.</summary>
    private static int Number(ReadOnlySpan<byte> text, ref int at, int digits)
    {
        while (!AnymapHeader.IsDigit(text[at]))
        {
            at++;
        }

        var value = 0;
        for (; digits > 0 && at < text.Length && AnymapHeader.IsDigit(text[at]); digits--, at++)
        {
            value = Math.Min(ushort.MaxValue, (value * 10) + text[at] - '0');
        }

        return value;
    }
}
