using System.Buffers.Binary;
using System.IO.Compression;

namespace Portal.Tests.Support;

/// <summary>Draws small PNG pictures, so that tests need no files of others.</summary>
public static class Pictures
{
    /// <summary>A picture of one colour with a square of another in it; equal arguments give equal bytes.</summary>
    public static byte[] Square(int seed, (byte R, byte G, byte B) background, (byte R, byte G, byte B) foreground, int side = 64)
    {
        var random = new Random(seed);
        var (size, left, top) = (random.Next(side / 4, side / 2), random.Next(0, side / 2), random.Next(0, side / 2));
        var rows = new byte[side * (1 + (side * 3))];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var inside = x >= left && x < left + size && y >= top && y < top + size;
                var color = inside ? foreground : background;
                var at = (y * (1 + (side * 3))) + 1 + (x * 3);
                (rows[at], rows[at + 1], rows[at + 2]) = color;
            }
        }
        return Png(side, side, rows);
    }

    /// <summary>Some picture; equal seeds give equal bytes, different seeds different ones.</summary>
    public static byte[] Any(int seed) =>
        Square(seed, ((byte)(seed * 37), (byte)(seed * 91), (byte)(seed >> 3)), ((byte)(255 - seed), (byte)(seed * 13), 128));

    private static byte[] Png(int width, int height, byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(png, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows);
        WriteChunk(png, "IDAT"u8, packed.ToArray());
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void WriteChunk(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. type, .. data]));
        png.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        return ~crc;
    }
}
