using System.Buffers.Binary;

namespace Portal.Core.Imaging;

/// <summary>
/// What a BMP, PBM, PGM or PPM file says of its pixels, and whether it has all of them: ImageSharp fills up what is missing.
/// </summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="IsGrey">Whether there is one sample a pixel.</param>
/// <param name="Full">The sample that means full, 1 to 65535.</param>
internal readonly record struct BitmapHeader(int Width, int Height, bool IsGrey, int Full)
{
    private const string Cut = "pixels are missing at its end";
    private const string Odd = "its header makes no sense";

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public static BitmapHeader Of(ImageType type, ReadOnlySpan<byte> file) => type == ImageType.Bmp ? OfBmp(file) : OfPnm(file);

    private static BitmapHeader OfBmp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26) throw new InvalidDataException(Cut);
        var (start, headerSize) = (Word(file, 10), Word(file, 14));
        var isShort = headerSize == 12;
        if (file.Length < 14 + headerSize) throw new InvalidDataException(Cut);
        long width = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) : (int)Word(file, 18);
        long height = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(file[20..]) : (int)Word(file, 22);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[(isShort ? 24 : 28)..]);
        var compression = headerSize >= 40 ? Word(file, 30) : 0;
        height = Math.Abs(height);
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue || bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32)
            || compression is not (0 or 1 or 2 or 3 or 6))
        {
            throw new InvalidDataException(Odd);
        }

        var rowBits = width * bits;
        var isWhole = compression is 1 or 2
            ? start < file.Length && RunsEnd(file[(int)start..], compression == 2)
            : start + ((Int128)((rowBits + 31) / 32 * 4) * (height - 1)) + ((rowBits + 7) / 8) <= file.Length;
        return isWhole ? new BitmapHeader((int)width, (int)height, false, 255) : throw new InvalidDataException(Cut);
    }

    /// <summary>Whether run-length data come to the mark of their end before the file ends.</summary>
    private static bool RunsEnd(ReadOnlySpan<byte> runs, bool halfBytes)
    {
        for (var at = 0; at + 1 < runs.Length;)
        {
            var (length, value) = (runs[at], runs[at + 1]);
            at += 2;
            if (length > 0 || value == 0) continue;
            if (value == 1) return true;
            // A step of two bytes, or so many pixels as they are, to an even number of bytes.
            at += value == 2 ? 2 : ((halfBytes ? (value + 1) / 2 : value) + 1) / 2 * 2;
        }
        return false;
    }

    private static BitmapHeader OfPnm(ReadOnlySpan<byte> file)
    {
        var kind = file[1] - '0';
        var at = 2;
        var (width, height) = (Number(file, ref at), Number(file, ref at));
        var full = kind is 1 or 4 ? 1 : Number(file, ref at);
        if (width < 1 || height < 1 || full is < 1 or > ushort.MaxValue) throw new InvalidDataException(Odd);
        var samples = (Int128)width * height * (kind is 3 or 6 ? 3 : 1);
        var missing = kind switch
        {
            4 => ((Int128)width + 7) / 8 * height > file.Length - at - 1,
            5 or 6 => samples * (full > 255 ? 2 : 1) > file.Length - at - 1,
            _ => samples > Numbers(file[at..]),
        };
        return missing ? throw new InvalidDataException(Cut) : new BitmapHeader(width, height, kind is not (3 or 6), full);
    }

    /// <summary>How many numbers there are in text without comments.</summary>
    private static int Numbers(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsDigit(text[i])) count += i == 0 || !IsDigit(text[i - 1]) ? 1 : 0;
            else if (!IsSpace(text[i])) throw new InvalidDataException("there is something else between its numbers");
        }
        return count;
    }

    /// <summary>The next number of a header, over white space and comments; -1 where there is none or it is too long.</summary>
    private static int Number(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at] == '#') while (at < file.Length && file[at] != '\n') at++;
            else at++;
        }
        var (value, start) = (0L, at);
        while (at < file.Length && IsDigit(file[at]) && value <= int.MaxValue) value = (value * 10) + file[at++] - '0';
        return at == start || value > int.MaxValue ? -1 : (int)value;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    private static uint Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
