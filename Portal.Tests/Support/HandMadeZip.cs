using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Portal.Tests.Support;

/// <summary>
/// An entry of a <see cref="HandMadeZip"/>. What is null is as it should be; what is set is written, whether it is true
/// or not.
/// </summary>
internal sealed record HandMadeEntry(string Name, byte[] Content)
{
    public ushort Method { get; init; }
    public ushort Flags { get; init; }
    public uint? Crc { get; init; }
    public uint? PackedLength { get; init; }
    public uint? Length { get; init; }
    public uint? Start { get; init; }
    public uint Attributes { get; init; }

    /// <summary>Extra fields in the table of contents, from the true packed length, length and start.</summary>
    public Func<long, long, long, byte[]> Extra { get; init; } = (_, _, _) => [];

    /// <summary>Extra fields before the content.</summary>
    public byte[] LocalExtra { get; init; } = [];

    public string Comment { get; init; } = "";
}

/// <summary>Writes zips byte by byte (APPNOTE.TXT 6.3), as other programs do and as none does.</summary>
internal static class HandMadeZip
{
    /// <param name="count">What the end record says; null for the truth.</param>
    /// <param name="isLarge">With a Zip64 end record, to which the plain one points.</param>
    public static byte[] Of(
        IReadOnlyList<HandMadeEntry> entries,
        long? count = null,
        bool isLarge = false,
        byte[]? comment = null,
        ushort disk = 0
    )
    {
        var (zip, directory) = (new MemoryStream(), new MemoryStream());
        foreach (var entry in entries)
        {
            var (start, name) = (zip.Position, Encoding.UTF8.GetBytes(entry.Name));
            var packed = entry.Method == 8 ? Deflated(entry.Content) : entry.Content;
            var about = Bytes(
                (2, entry.Flags),
                (2, entry.Method),
                (4, 0x00210000),
                (4, entry.Crc ?? Crc32.HashToUInt32(entry.Content)),
                (4, entry.PackedLength ?? (uint)packed.Length),
                (4, entry.Length ?? (uint)entry.Content.Length),
                (2, name.Length)
            );
            zip.Write([
                .. "PK\x03\x04"u8,
                20,
                0,
                .. about,
                .. Bytes((2, entry.LocalExtra.Length)),
                .. name,
                .. entry.LocalExtra,
                .. packed,
            ]);
            var (extra, said) = (
                entry.Extra(packed.Length, entry.Content.Length, start),
                Encoding.UTF8.GetBytes(entry.Comment)
            );
            directory.Write([
                .. "PK\x01\x02"u8,
                20,
                3,
                20,
                0,
                .. about,
                .. Bytes(
                    (2, extra.Length),
                    (2, said.Length),
                    (2, 0),
                    (2, 0),
                    (4, entry.Attributes),
                    (4, entry.Start ?? start)
                ),
                .. name,
                .. extra,
                .. said,
            ]);
        }
        var (from, length, all) = (zip.Position, directory.Length, count ?? entries.Count);
        zip.Write(directory.ToArray());
        if (isLarge)
        {
            var end = zip.Position;
            zip.Write([
                .. "PK\x06\x06"u8,
                .. Bytes((8, 44), (2, 45), (2, 45), (4, disk), (4, 0), (8, all), (8, all), (8, length), (8, from)),
            ]);
            zip.Write([.. "PK\x06\x07"u8, .. Bytes((4, 0), (8, end), (4, 1))]);
            (all, length, from) = (ushort.MaxValue, uint.MaxValue, uint.MaxValue);
        }
        zip.Write([
            .. "PK\x05\x06"u8,
            .. Bytes((2, disk), (2, 0), (2, all), (2, all), (4, length), (4, from), (2, comment?.Length ?? 0)),
            .. comment ?? [],
        ]);
        return zip.ToArray();
    }

    /// <summary>Little-endian numbers, each of so many bytes.</summary>
    public static byte[] Bytes(params IEnumerable<(int Length, long Number)> numbers)
    {
        var bytes = new List<byte>();
        Span<byte> eight = stackalloc byte[8];
        foreach (var (length, number) in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, number);
            bytes.AddRange(eight[..length]);
        }
        return [.. bytes];
    }

    private static byte[] Deflated(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var deflate = new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return bytes.ToArray();
    }
}
