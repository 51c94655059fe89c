using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Archives;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// The files of a tar, compressed or not. It can be read only from front to back, so its files are unpacked first,
/// under numbers.
/// </summary>
internal sealed class TarImportFiles : ImportFiles
{
    private readonly string _folder;

    /// <param name="folder">Made here and removed with this.</param>
    public TarImportFiles(string path, string folder, bool isCompressed, CancellationToken ct)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        try
        {
            Unpack(path, isCompressed, ct);
            Seal();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            Directory.Delete(folder, recursive: true);
            throw new PortalException(
                StatusCode.InputBadBytes,
                "The archive is damaged or cut off. Make it again.",
                inner: e
            );
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    protected override Stream Open(string path, int number) => File.OpenRead(FileOf(number));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Directory.Delete(_folder, recursive: true);
        }

        base.Dispose(disposing);
    }

    private void Unpack(string path, bool isCompressed, CancellationToken ct)
    {
        using var file = File.OpenRead(path);
        using var stream = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        var most = isCompressed
            ? Math.Clamp(
                file.Length * ImportLimits.MaxRatio,
                ImportLimits.RatioFreeBytes,
                ImportLimits.MaxUnpackedBytes
            )
            : ImportLimits.MaxUnpackedBytes;
        using var bounded = new BoundedStream(stream, most, Path.GetFileName(path));
        using var tar = new TarReader(bounded);
        while (tar.GetNextEntry() is { } entry)
        {
            ct.ThrowIfCancellationRequested();
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (
                entry.EntryType
                is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            )
            {
                Refuse(entry.Name, "It is a link or a device, not a file.");
                continue;
            }
            // "./cat/1.jpg" is how tar names what it found in the folder it was started in.
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (Add(name) is not { } number)
            {
                continue;
            }

            using var unpacked = File.Create(FileOf(number));
            entry.DataStream?.CopyTo(unpacked);
        }
    }

    private string FileOf(int number) => Path.Combine(_folder, number.ToString(CultureInfo.InvariantCulture));
}
