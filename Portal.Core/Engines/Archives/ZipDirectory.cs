using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Engines.Archives;

/// <summary>
/// Reads the table of contents of a zip (APPNOTE.TXT 6.3, with Zip64), an entry at a time. Nothing it says is believed
/// further than the file reaches. Places count from the file's first byte.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndLength = 22;
    private const int LargeEndLength = 56;
    private const int LocatorLength = 20;
    private const int HeaderLength = 46;
    private const int LocalHeaderLength = 30;
    private const ushort LargeFields = 1;
    private readonly SafeFileHandle _file;
    private readonly long _start;

    /// <summary>Where the table of contents ends at the latest.</summary>
    private readonly long _end;

    /// <exception cref="InvalidDataException">There is none, or it is damaged, as from all that is here.</exception>
    /// <exception cref="PortalException">It says that there are too many entries.</exception>
    public ZipDirectory(SafeFileHandle file)
    {
        _file = file;
        var length = RandomAccess.GetLength(file);
        var tail = Bytes(
            Math.Max(0, length - EndLength - ushort.MaxValue),
            (int)Math.Min(length, EndLength + ushort.MaxValue)
        );
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        // A comment that would reach past the end is none: the signature stands in it, or in a file, by chance.
        while (at >= 0 && (at + EndLength > tail.Length || at + EndLength + Int16(tail, at + 20) > tail.Length))
        {
            at = tail.AsSpan(0, at).LastIndexOf("PK\x05\x06"u8);
        }

        if (at < 0)
        {
            throw new InvalidDataException("No end record.");
        }

        var end = tail.AsSpan(at, EndLength);
        var (disk, firstDisk, countHere) = ((uint)Int16(end, 4), (uint)Int16(end, 6), (long)Int16(end, 8));
        (Count, _start, _end) = (Int16(end, 10), Int32(end, 16), length - tail.Length + at);
        if (
            (Count == ushort.MaxValue || _start == uint.MaxValue || disk == ushort.MaxValue)
            && LargeEnd(_end) is var (place, large)
        )
        {
            (disk, firstDisk, countHere) = (Int32(large, 16), Int32(large, 20), Int64(large, 24));
            (Count, _start, _end) = (Int64(large, 32), Int64(large, 48), place);
        }
        if (Count > ImportLimits.MaxEntries)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"There are more than {ImportLimits.MaxEntries:N0} files in the zip. Split it into several."
            );
        }

        if (disk != firstDisk || countHere != Count)
        {
            throw new InvalidDataException("It is a part of a zip in several files.");
        }

        if (Count < 0 || _start < 0 || _start > _end || Count > (_end - _start) / HeaderLength)
        {
            throw new InvalidDataException("There is no room for so many entries.");
        }
    }

    /// <summary>How many entries it says there are; <see cref="ImportLimits.MaxEntries"/> at most.</summary>
    public long Count { get; }

    /// <summary>The entries in their order, each with its place in the table of contents.</summary>
    public IEnumerable<(string Name, ZipEntry Entry, long Place)> Read()
    {
        using var directory = new BufferedStream(new FileSection(_file, _start, _end - _start), 64 * 1024);
        var (header, rest) = (new byte[HeaderLength], new byte[3 * ushort.MaxValue]);
        var place = _start;
        for (var i = 0L; i < Count; i++)
        {
            directory.ReadExactly(header);
            var (name, extra, comment) = Lengths(header);
            directory.ReadExactly(rest.AsSpan(0, name + extra + comment));
            // Old zips name no encoding; theirs are read as UTF-8, like all others.
            yield return (Encoding.UTF8.GetString(rest, 0, name), Entry(header, rest.AsSpan(name, extra)), place);
            place += HeaderLength + name + extra + comment;
        }
        if (
            directory.ReadAtLeast(header, 4, throwOnEndOfStream: false) >= 4
            && header.AsSpan().StartsWith("PK\x01\x02"u8)
        )
        {
            throw new InvalidDataException("More entries than it says.");
        }
    }

    /// <summary>The entry that stands at a place where <see cref="Read"/> found one.</summary>
    public ZipEntry At(long place)
    {
        var header = Bytes(place, HeaderLength);
        var (name, extra, _) = Lengths(header);
        return Entry(header, Bytes(place + HeaderLength + name, extra));
    }

    /// <summary>The bytes of an entry as they are packed.</summary>
    public Stream Open(ZipEntry entry)
    {
        if (entry.Start > _start - LocalHeaderLength)
        {
            throw new InvalidDataException("It begins behind the other entries.");
        }

        var header = Bytes(entry.Start, LocalHeaderLength);
        var start = entry.Start + LocalHeaderLength + Int16(header, 26) + Int16(header, 28);
        if (!header.AsSpan().StartsWith("PK\x03\x04"u8))
        {
            throw new InvalidDataException("No header where one should be.");
        }

        if (start > _start || entry.PackedLength > _start - start)
        {
            throw new InvalidDataException("It reaches behind the other entries.");
        }

        return new FileSection(_file, start, entry.PackedLength);
    }

    /// <summary>How many bytes of name, extra fields and comment follow the header of an entry.</summary>
    private static (int Name, int Extra, int Comment) Lengths(ReadOnlySpan<byte> header) =>
        header.StartsWith("PK\x01\x02"u8)
            ? (Int16(header, 28), Int16(header, 30), Int16(header, 32))
            : throw new InvalidDataException("No entry where one should be.");

    private static ZipEntry Entry(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        long length = Int32(header, 24),
            packed = Int32(header, 20),
            start = Int32(header, 42);
        var large = Extra(extra, LargeFields);
        // Only what does not fit above stands here, but some programs write everything.
        var hasAll = large.Length >= 28;
        length = Large(length, ref large, hasAll);
        packed = Large(packed, ref large, hasAll);
        start = Large(start, ref large, hasAll);
        if (length < 0 || packed < 0 || start < 0)
        {
            throw new InvalidDataException("A number is too large.");
        }

        return new ZipEntry(
            Flags: Int16(header, 8),
            Method: Int16(header, 10),
            Crc: Int32(header, 16),
            Attributes: Int32(header, 38),
            packed,
            length,
            start
        );
    }

    private static long Large(long number, ref ReadOnlySpan<byte> fields, bool isThere)
    {
        if ((number != uint.MaxValue && !isThere) || fields.Length < sizeof(long))
        {
            return number;
        }

        var large = Int64(fields, 0);
        fields = fields[sizeof(long)..];
        return number == uint.MaxValue ? large : number;
    }

    /// <summary>An extra field; empty where there is none.</summary>
    private static ReadOnlySpan<byte> Extra(ReadOnlySpan<byte> fields, ushort wanted)
    {
        while (fields.Length >= 4)
        {
            var (id, length) = (Int16(fields, 0), Math.Min(Int16(fields, 2), fields.Length - 4));
            if (id == wanted)
            {
                return fields.Slice(4, length);
            }

            fields = fields[(4 + length)..];
        }
        return [];
    }

    /// <summary>The Zip64 end record before the end record, and its place; null where there is none.</summary>
    private (long Place, byte[] Record)? LargeEnd(long end)
    {
        var locator = end >= LocatorLength ? Bytes(end - LocatorLength, LocatorLength) : [];
        var isNamed = locator.AsSpan().StartsWith("PK\x06\x07"u8);
        // What should name its place may be missing where it is the next before.
        var place = isNamed ? Int64(locator, 8) : end - LargeEndLength;
        if (place < 0 || place > end - LargeEndLength)
        {
            return isNamed
                ? throw new InvalidDataException("The Zip64 end record is said to be where it cannot be.")
                : null;
        }

        var record = Bytes(place, LargeEndLength);
        if (record.AsSpan().StartsWith("PK\x06\x06"u8))
        {
            return (place, record);
        }

        return isNamed ? throw new InvalidDataException("There is no Zip64 end record.") : null;
    }

    private byte[] Bytes(long start, int length)
    {
        var bytes = new byte[length];
        new FileSection(_file, start, length).ReadExactly(bytes);
        return bytes;
    }

    private static ushort Int16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Int32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
