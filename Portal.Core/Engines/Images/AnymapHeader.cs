namespace Portal.Core.Engines.Images;

/// <summary>What a PBM, PGM or PPM file says of its pixels, all of which are there.</summary>
/// <param name="Kind">The digit after its P: 1 to 3 are text, 4 to 6 binary; each of bits, grey samples and
/// colours.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Bands">Samples a pixel, 1 or 3.</param>
/// <param name="Full">The sample that means full, 1 to 65535.</param>
/// <param name="SampleSize">Bytes of a binary sample, 1 or 2.</param>
/// <param name="Start">Where the samples begin, in bytes.</param>
internal readonly record struct AnymapHeader(
    int Kind,
    int Width,
    int Height,
    int Bands,
    int Full,
    int SampleSize,
    int Start
)
{
    private const string Odd = "its header makes no sense";

    /// <exception cref="InvalidDataException">The header makes no sense, or pixels are missing.</exception>
    public static AnymapHeader Of(ReadOnlySpan<byte> file)
    {
        var kind = file[1] - '0';
        var at = 2;
        var (width, height) = (Number(file, ref at), Number(file, ref at));
        var full = kind is 1 or 4 ? 1 : Number(file, ref at);
        if (width < 1 || height < 1 || full is < 1 or > ushort.MaxValue)
        {
            throw new InvalidDataException(Odd);
        }

        var (bands, sampleSize) = (kind is 3 or 6 ? 3 : 1, full > byte.MaxValue ? 2 : 1);
        var samples = (Int128)width * height * bands;
        if (samples * sampleSize > Array.MaxLength)
        {
            throw new InvalidDataException(Odd);
        }
        // One white space ends the header of a binary file; whatever follows are samples.
        var start = Math.Min(file.Length, at + 1);
        var there = kind switch
        {
            1 => Numbers(file[start..], areDigits: true) >= samples,
            2 or 3 => Numbers(file[start..], areDigits: false) >= samples,
            4 => ((Int128)width + 7) / 8 * height <= file.Length - start,
            _ => samples * sampleSize <= file.Length - start,
        };
        return there
            ? new AnymapHeader(kind, width, height, bands, full, sampleSize, start)
            : throw new InvalidDataException("pixels are missing at its end");
    }

    /// <summary>How many numbers, or digits, there are in text without comments.</summary>
    private static int Numbers(ReadOnlySpan<byte> text, bool areDigits)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsDigit(text[i]))
            {
                count += areDigits || i == 0 || !IsDigit(text[i - 1]) ? 1 : 0;
            }
            else if (!IsSpace(text[i]))
            {
                throw new InvalidDataException("there is something else between its numbers");
            }
        }
        return count;
    }

    /// <summary>
    /// The next number of a header, over white space and comments; -1 where there is none or it is too long.
    /// </summary>
    private static int Number(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at] == '#')
            {
                while (at < file.Length && file[at] != '\n')
                {
                    at++;
                }
            }
            else
            {
                at++;
            }
        }
        var (value, start) = (0L, at);
        while (at < file.Length && IsDigit(file[at]) && value <= int.MaxValue)
        {
            value = (value * 10) + file[at++] - '0';
        }

        return at == start || value > int.MaxValue ? -1 : (int)value;
    }

    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;
}
