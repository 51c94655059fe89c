using System.Buffers.Binary;

namespace Portal.Core.Engines.Images;

/// <summary>
/// What a BMP file says of its pixels, all of which are there.
/// </summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
internal readonly record struct BitmapHeader(int Width, int Height)
{
    private const string Cut = "pixels are missing at its end";
    private const string Odd = "its header makes no sense";

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public static BitmapHeader Of(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26)
        {
            throw new InvalidDataException(Cut);
        }

        var (start, headerSize) = (Word(file, 10), Word(file, 14));
        var isShort = headerSize == 12;
        if (file.Length < 14 + headerSize)
        {
            throw new InvalidDataException(Cut);
        }

        long width = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) : (int)Word(file, 18);
        long height = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(file[20..]) : (int)Word(file, 22);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[(isShort ? 24 : 28)..]);
        var compression = headerSize >= 40 ? Word(file, 30) : 0;
        height = Math.Abs(height);
        if (
            width is < 1 or > int.MaxValue
            || height is < 1 or > int.MaxValue
            || bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32)
            || compression is not (0 or 1 or 2 or 3 or 6)
            || start < 14 + headerSize
        )
        {
            throw new InvalidDataException(Odd);
        }

        var rowBits = width * bits;
        var isWhole = compression is 1 or 2
            ? start < file.Length && RunsEnd(file[(int)start..], compression == 2)
            : start + ((Int128)((rowBits + 31) / 32 * 4) * (height - 1)) + ((rowBits + 7) / 8) <= file.Length;
        return isWhole ? new BitmapHeader((int)width, (int)height) : throw new InvalidDataException(Cut);
    }

    /// <summary>Whether run-length data come to the mark of their end before the file ends.</summary>
    private static bool RunsEnd(ReadOnlySpan<byte> runs, bool halfBytes)
    {
        for (var at = 0; at + 1 < runs.Length; )
        {
            var (length, value) = (runs[at], runs[at + 1]);
            at += 2;
            if (length > 0 || value == 0)
            {
                continue;
            }

            if (value == 1)
            {
                return true;
            }
            // A step of two bytes, or so many pixels as they are, to an even number of bytes.
            at += value == 2 ? 2 : ((halfBytes ? (value + 1) / 2 : value) + 1) / 2 * 2;
        }
        return false;
    }

    private static uint Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
