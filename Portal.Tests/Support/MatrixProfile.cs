using System.Buffers.Binary;
using System.Text;

namespace Portal.Tests.Support;

/// <summary>Writes small matrix ICC profiles (ICC.1:2001) whose effect is known in closed form.</summary>
internal static class MatrixProfile
{
    /// <summary>
    /// sRGB's primaries adapted to D50, with red and green exchanged, so that (r, g, b) under this profile is (g, r, b)
    /// in sRGB.
    /// </summary>
    public static byte[] SrgbWithRedAndGreenExchanged()
    {
        double[] red = [0.4360747, 0.2225045, 0.0139322],
            green = [0.3850649, 0.7168786, 0.0971045],
            blue = [0.1430804, 0.0606169, 0.7141733];
        (string Tag, byte[] Body)[] tags =
        [
            ("wtpt", Xyz([0.9642, 1.0, 0.8249])),
            ("rXYZ", Xyz(green)),
            ("gXYZ", Xyz(red)),
            ("bXYZ", Xyz(blue)),
            ("rTRC", Gamma(2.2)),
            ("gTRC", Gamma(2.2)),
            ("bTRC", Gamma(2.2)),
        ];

        using var body = new MemoryStream();
        using var directory = new MemoryStream();
        var start = 128 + 4 + tags.Length * 12;
        WriteInt(directory, tags.Length);
        foreach (var (tag, bytes) in tags)
        {
            directory.Write(Encoding.ASCII.GetBytes(tag));
            WriteInt(directory, start + (int)body.Length);
            WriteInt(directory, bytes.Length);
            body.Write(bytes);
        }

        var header = new byte[128];
        BinaryPrimitives.WriteInt32BigEndian(header, start + (int)body.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), 0x02400000);
        Encoding.ASCII.GetBytes("mntrRGB XYZ ", header.AsSpan(12));
        Encoding.ASCII.GetBytes("acsp", header.AsSpan(36));
        Xyz([0.9642, 1.0, 0.8249]).AsSpan(8).CopyTo(header.AsSpan(68));
        return [.. header, .. directory.ToArray(), .. body.ToArray()];
    }

    private static byte[] Xyz(double[] values)
    {
        using var tag = new MemoryStream();
        tag.Write("XYZ \0\0\0\0"u8);
        foreach (var value in values)
        {
            WriteInt(tag, (int)Math.Round(value * 65536));
        }

        return tag.ToArray();
    }

    /// <summary>A curve of one entry is a gamma in 8.8 fixed point; padded to four bytes.</summary>
    private static byte[] Gamma(double gamma)
    {
        var fixedPoint = (int)Math.Round(gamma * 256);
        return [.. "curv\0\0\0\0"u8, 0, 0, 0, 1, (byte)(fixedPoint >> 8), (byte)fixedPoint, 0, 0];
    }

    private static void WriteInt(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        stream.Write(bytes);
    }
}
