namespace Portal.Core.Engines.Images;

/// <summary>
/// Finds JPEG files without their last marker, which some cameras and cut-off copies lack. All pixels may be there:
/// whether they are, only decoding tells, with the marker put back.
/// </summary>
internal static class JpegEnd
{
    private const byte Fill = 0xFF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfImage = 0xD8;

    /// <summary>The marker that ends a JPEG.</summary>
    public static ReadOnlySpan<byte> Marker => [Fill, EndOfImage];

    /// <summary>Whether the file's markers come to its end without the one that says so.</summary>
    /// <param name="bytes">The whole file, which begins as a JPEG does.</param>
    public static bool IsMissing(ReadOnlySpan<byte> bytes)
    {
        if (bytes.EndsWith(Marker))
        {
            return false;
        }

        var at = 2;
        while (true)
        {
            // To the next marker: over picture data, in which FF is followed by 00, and over fill bytes.
            var step = bytes[at..].IndexOf(Fill);
            if (step < 0 || at + step + 1 >= bytes.Length)
            {
                return true;
            }

            at += step + 1;
            switch (bytes[at])
            {
                case EndOfImage:
                    return false;
                case Fill:
                    break;
                case 0 or 1 or (>= 0xD0 and <= StartOfImage):
                    at++;
                    break;
                default:
                    // A segment with its length, which counts the length's own two bytes.
                    if (at + 2 >= bytes.Length)
                    {
                        return true;
                    }

                    at += 1 + Math.Max(2, (bytes[at + 1] << 8) | bytes[at + 2]);
                    if (at >= bytes.Length)
                    {
                        return true;
                    }

                    break;
            }
        }
    }
}
