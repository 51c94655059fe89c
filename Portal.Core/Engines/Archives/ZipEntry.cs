namespace Portal.Core.Engines.Archives;

/// <summary>What a zip's table of contents says of an entry, but for its name.</summary>
/// <param name="Method">How it is packed: see <see cref="ZipWriter"/>.</param>
/// <param name="Crc">CRC-32 of the unpacked bytes.</param>
/// <param name="Attributes">Of the file system it came from; a Unix mode in the upper half.</param>
/// <param name="PackedLength">Bytes in the zip, without headers.</param>
/// <param name="Length">Bytes unpacked.</param>
/// <param name="Start">Place of its header in the zip.</param>
internal readonly record struct ZipEntry(
    ushort Flags,
    ushort Method,
    uint Crc,
    uint Attributes,
    long PackedLength,
    long Length,
    long Start
)
{
    /// <summary>Plainly, strongly, or with its header.</summary>
    private const int Encrypted = 1 | (1 << 6) | (1 << 13);

    public bool IsEncrypted => (Flags & Encrypted) != 0;

    public bool IsLink => (Attributes >> 28) == 0xA;
}
