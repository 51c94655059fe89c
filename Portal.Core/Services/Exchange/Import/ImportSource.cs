using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Opens what a person brings: a folder, a zip, a tar, or one label file. Its first bytes decide, not its name.
/// </summary>
public static class ImportSource
{
    /// <param name="path">A file or a folder.</param>
    /// <param name="name">What the person calls it.</param>
    /// <param name="scratch">A folder that does not exist yet, for what must be unpacked.</param>
    /// <exception cref="PortalException">It is damaged, holds too much, or is not there.</exception>
    public static ImportFiles Open(string path, string name, string scratch, CancellationToken ct)
    {
        if (Directory.Exists(path))
        {
            return new FolderImportFiles(path);
        }

        if (!File.Exists(path))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"There is no file or folder '{Text.Shown(name)}'.",
                name
            );
        }

        var head = new byte[264];
        int length;
        using (var file = File.OpenRead(path))
        {
            length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }

        var start = head.AsSpan(0, length);
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            return new ZipImportFiles(path);
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return new TarImportFiles(path, scratch, isCompressed: true, ct);
        }

        if (length > 262 && start[257..].StartsWith("ustar"u8))
        {
            return new TarImportFiles(path, scratch, isCompressed: false, ct);
        }

        return new FolderImportFiles(path, name);
    }
}
