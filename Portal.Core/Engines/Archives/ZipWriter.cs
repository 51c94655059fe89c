using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Portal.Core.Engines.Archives;

/// <summary>
/// Writes a zip from front to back (APPNOTE.TXT 6.3, with Zip64 where a number needs it). The table of contents is kept
/// in a file until the end, so that memory does not grow with the entries. All entries carry the same time, so that the
/// same data gives the same bytes.
/// </summary>
/// <param name="contents">An empty file for the table of contents; the caller's.</param>
internal sealed class ZipWriter(Stream target, Stream contents)
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    private const int Zip64Needed = 45;
    private const int PlainNeeded = 20;

    /// <summary>Made on Unix, so that the rights below are understood.</summary>
    private const int MadeOnUnix = 3 << 8;

    /// <summary>A regular file that its owner may write and all may read.</summary>
    private const uint Rights = 0x81A4u << 16;
    private const ushort NameIsUtf8 = 1 << 11;
    private const ushort Zip64Extra = 1;

    /// <summary>1 January 1980, the first day that a zip can name.</summary>
    private const uint Day = 0x0021;

    private long _position;
    private long _count;

    /// <param name="packed">The bytes as the method makes them, to the end of the stream.</param>
    /// <param name="packedLength">How many those are.</param>
    /// <param name="length">How many they are unpacked.</param>
    /// <param name="crc">Of the unpacked bytes.</param>
    public async Task AddAsync(
        string path,
        ushort method,
        Stream packed,
        long packedLength,
        long length,
        uint crc,
        CancellationToken ct
    )
    {
        var start = _position;
        var name = Encoding.UTF8.GetBytes(path);
        var isLarge = packedLength >= uint.MaxValue || length >= uint.MaxValue;
        var header = new Record();
        header.Int32(0x04034b50).Int16(isLarge ? Zip64Needed : PlainNeeded);
        About(header, method, crc, isLarge ? uint.MaxValue : packedLength, isLarge ? uint.MaxValue : length, name);
        header.Int16(isLarge ? 20 : 0).Bytes(name);
        if (isLarge)
        {
            header.Int16(Zip64Extra).Int16(16).Int64(length).Int64(packedLength);
        }

        await WriteAsync(header, ct);
        await packed.CopyToAsync(target, ct);
        _position += packedLength;
        _count++;

        List<long> extra = [.. new[] { length, packedLength, start }.Where(n => n >= uint.MaxValue)];
        var entry = new Record();
        entry.Int32(0x02014b50).Int16(MadeOnUnix | Zip64Needed).Int16(extra.Count > 0 ? Zip64Needed : PlainNeeded);
        About(entry, method, crc, packedLength, length, name);
        entry
            .Int16(extra.Count > 0 ? 4 + (8 * extra.Count) : 0)
            .Int16(0)
            .Int16(0)
            .Int16(0)
            .Int32(Rights)
            .Int32(start)
            .Bytes(name);
        if (extra.Count > 0)
        {
            entry.Int16(Zip64Extra).Int16(8 * extra.Count);
        }

        foreach (var number in extra)
        {
            entry.Int64(number);
        }

        await contents.WriteAsync(entry.Written, ct);
    }

    /// <summary>Writes the table of contents. Nothing can be added after.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        var (start, length) = (_position, contents.Position);
        contents.Position = 0;
        await contents.CopyToAsync(target, ct);
        var end = new Record();
        if (_count >= ushort.MaxValue || start >= uint.MaxValue || length >= uint.MaxValue)
        {
            end.Int32(0x06064b50)
                .Int64(44)
                .Int16(MadeOnUnix | Zip64Needed)
                .Int16(Zip64Needed)
                .Int32(0)
                .Int32(0)
                .Int64(_count)
                .Int64(_count)
                .Int64(length)
                .Int64(start);
            end.Int32(0x07064b50).Int32(0).Int64(start + length).Int32(1);
        }
        var shown = Math.Min(_count, ushort.MaxValue);
        end.Int32(0x06054b50).Int16(0).Int16(0).Int16(shown).Int16(shown).Int32(length).Int32(start).Int16(0);
        await WriteAsync(end, ct);
    }

    /// <summary>What an entry's header and its line in the table of contents have in common.</summary>
    private static void About(Record record, ushort method, uint crc, long packedLength, long length, byte[] name) =>
        record
            .Int16(name.All(b => b < 0x80) ? 0 : NameIsUtf8)
            .Int16(method)
            .Int32(Day << 16)
            .Int32(crc)
            .Int32(packedLength)
            .Int32(length)
            .Int16(name.Length);

    private async Task WriteAsync(Record record, CancellationToken ct)
    {
        await target.WriteAsync(record.Written, ct);
        _position += record.Written.Length;
    }

    /// <summary>
    /// Little-endian numbers, one after another. What does not fit is written as the largest that does, which means
    /// "see the Zip64 record".
    /// </summary>
    private sealed class Record
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(128);

        public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

        public Record Int16(long number) => Put(number, 2);

        public Record Int32(long number) => Put(Math.Min(number, uint.MaxValue), 4);

        public Record Int64(long number) => Put(number, 8);

        public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        private Record Put(long number, int length)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            _bytes.Write(bytes[..length]);
            return this;
        }
    }
}
