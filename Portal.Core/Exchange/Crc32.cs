using System.Buffers.Binary;

namespace Portal.Core.Exchange;

/// <summary>The checksum of zip files: CRC-32 with the polynomial 0x04C11DB7, bits reversed (ISO 3309), eight bytes a step by tables ("slicing by 8", Kounavis and Berry 2005).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;
    private static readonly uint[] Table = Tables();

    /// <param name="crc">Of what came before; 0 for a beginning.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        var table = Table.AsSpan();
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = table[(7 * 256) + (byte)low] ^ table[(6 * 256) + (byte)(low >> 8)] ^ table[(5 * 256) + (byte)(low >> 16)] ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)] ^ table[256 + (byte)(high >> 16)] ^ table[(int)(high >> 24)];
        }
        foreach (var value in bytes) state = table[(byte)(state ^ value)] ^ (state >> 8);
        return ~state;
    }

    /// <summary>What a byte does to the checksum, and in the slices after the first what it does with one zero byte more behind it each.</summary>
    private static uint[] Tables()
    {
        var table = new uint[Slices * 256];
        for (uint value = 0; value < 256; value++)
        {
            var crc = value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            table[value] = crc;
        }
        for (var i = 256; i < table.Length; i++) table[i] = table[(byte)table[i - 256]] ^ (table[i - 256] >> 8);
        return table;
    }
}
