using System.Buffers.Binary;
using System.IO.Compression;
using Portal.Core.Errors;

namespace Portal.Core.Exchange;

/// <summary>The files of a zip, read where they are. Archives inside it are files like others and are not opened.</summary>
internal sealed class ZipImportFiles : ImportFiles
{
    private const int EndLength = 22;
    private readonly FileStream _file;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    public ZipImportFiles(string path)
    {
        _file = File.OpenRead(path);
        try
        {
            RefuseTooMany(_file);
            _zip = new ZipArchive(_file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in _zip.Entries)
            {
                if (entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\')) continue;
                if (ReasonAgainst(entry) is { } reason) Refuse(entry.FullName, reason);
                else if (Add(entry.FullName) is { } good) _entries[good] = entry;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            _file.Dispose();
            throw new PortalException(StatusCode.InputBadBytes, "The zip is damaged or cut off. Make it again.", inner: e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override Stream Open(string path)
    {
        var entry = _entries[path];
        try
        {
            return new BoundedStream(entry.Open(), entry.Length, path);
        }
        catch (InvalidDataException e)
        {
            throw new PortalException(StatusCode.InputBadBytes, $"'{Text.Shown(path)}' is damaged inside the zip, or packed in a way the portal does not read.", path, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _zip.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }

    private static string? ReasonAgainst(ZipArchiveEntry entry)
    {
        const int unixLink = 0xA000, unixKind = 0xF000;
        if (((entry.ExternalAttributes >> 16) & unixKind) == unixLink) return "It is a link, not a file.";
        if (entry.IsEncrypted) return "It is encrypted.";
        if (entry.Length > ImportLimits.MaxEntryBytes) return $"It is larger than {ImportLimits.MaxEntryBytes:N0} bytes.";
        return entry.Length > ImportLimits.RatioFreeBytes && entry.Length / Math.Max(entry.CompressedLength, 1) > ImportLimits.MaxRatio
            ? $"It unpacks to more than {ImportLimits.MaxRatio} times its size."
            : null;
    }

    /// <summary>Reads the number of entries from the end record, before the library makes an object of each.</summary>
    private static void RefuseTooMany(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + ushort.MaxValue)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        file.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndLength > tail.Length) throw new InvalidDataException("No end record.");
        long count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        var large = tail.AsSpan(0, end).LastIndexOf("PK\x06\x06"u8);
        if (count == ushort.MaxValue && large >= 0 && large + 40 <= end) count = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(large + 32));
        if (count is < 0 or > ImportLimits.MaxEntries)
            throw new PortalException(StatusCode.InvalidRequest, $"There are more than {ImportLimits.MaxEntries:N0} files in the zip. Split it into several.");
    }
}
