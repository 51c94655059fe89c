using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Archives;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// The files of a zip, read where they are. Archives inside it are files like others and are not opened.
/// </summary>
internal sealed class ZipImportFiles : ImportFiles
{
    private static readonly string TooLarge = $"It is larger than {ImportLimits.MaxEntryBytes:N0} bytes.";
    private static readonly string Bomb = $"It unpacks to more than {ImportLimits.MaxRatio} times its size.";
    private readonly SafeFileHandle _file;
    private readonly ZipDirectory _directory;

    /// <summary>
    /// Places of the entries in the table of contents, by number: what they say is read again when one is opened.
    /// </summary>
    private readonly long[] _places;

    public ZipImportFiles(string path)
    {
        _file = File.OpenHandle(path);
        try
        {
            _directory = new ZipDirectory(_file);
            _places = new long[_directory.Count];
            foreach (var (name, entry, place) in _directory.Read())
            {
                if (name.EndsWith('/') || name.EndsWith('\\'))
                {
                    continue;
                }

                if (ReasonAgainst(entry) is { } reason)
                {
                    Refuse(name, reason);
                }
                else if (Add(name) is { } number)
                {
                    _places[number] = place;
                }
            }
            Seal();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            _file.Dispose();
            throw new PortalException(
                StatusCode.InputBadBytes,
                "The zip is damaged or cut off. Make it again.",
                inner: e
            );
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    protected override Stream Open(string path, int number)
    {
        try
        {
            var entry = _directory.At(_places[number]);
            // Someone may have written to the file since.
            if (ReasonAgainst(entry) is { } reason)
            {
                throw new InvalidDataException(reason);
            }

            var packed = _directory.Open(entry);
            var unpacked = entry.Method switch
            {
                ZipWriter.Stored => packed,
                ZipWriter.Deflated => new DeflateStream(packed, CompressionMode.Decompress),
                var method => throw new InvalidDataException($"Its method is {method}."),
            };
            return new BoundedStream(unpacked, entry.Length, path, entry.Crc);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new PortalException(
                StatusCode.InputBadBytes,
                $"'{Text.Shown(path)}' is damaged inside the zip, or packed in a way the portal does not read.",
                path,
                e
            );
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string? ReasonAgainst(ZipEntry entry)
    {
        if (entry.IsLink)
        {
            return "It is a link, not a file.";
        }

        if (entry.IsEncrypted)
        {
            return "It is encrypted.";
        }

        if (entry.Length > ImportLimits.MaxEntryBytes)
        {
            return TooLarge;
        }

        return
            entry.Length > ImportLimits.RatioFreeBytes
            && entry.Length / Math.Max(entry.PackedLength, 1) > ImportLimits.MaxRatio
            ? Bomb
            : null;
    }
}
