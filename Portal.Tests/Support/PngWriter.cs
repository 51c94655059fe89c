using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Portal.Tests.Support;

/// <summary>Writes PNG files from samples that a test computes, so that what a decoder should give is known exactly.</summary>
internal static class PngWriter
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte GreyAlpha = 4;
    public const byte Rgba = 6;

    /// <param name="rows">Big-endian samples, row by row.</param>
    /// <param name="profile">An ICC profile to embed, if any.</param>
    public static byte[] Write(int width, int height, byte bitDepth, byte colourType, ReadOnlySpan<byte> rows, byte[]? profile = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = colourType;

        var stride = rows.Length / height;
        var filtered = new byte[(stride + 1) * height];
        for (var y = 0; y < height; y++)
            rows.Slice(y * stride, stride).CopyTo(filtered.AsSpan(y * (stride + 1) + 1));

        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR", header);
        if (profile is not null)
            WriteChunk(file, "iCCP", [.. "test\0\0"u8, .. Compress(profile)]);
        WriteChunk(file, "IDAT", Compress(filtered));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest))
            zlib.Write(bytes);
        return result.ToArray();
    }

    private static void WriteChunk(Stream file, string type, byte[] body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        body.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, body.Length + 4)));
        file.Write(chunk);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
