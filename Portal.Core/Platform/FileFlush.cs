using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>Makes a folder's entries durable. .NET flushes files, not folders.</summary>
internal static partial class FileFlush
{
    private const int ReadOnly = 0;

    /// <summary>
    /// fsync(2) on the folder. Windows keeps folder entries with the file's own flush and needs nothing.
    /// </summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException(
                $"Cannot open the folder {path} to flush it (errno {Marshal.GetLastPInvokeError()})."
            );
        }

        try
        {
            if (FSync(descriptor) != 0)
            {
                throw new IOException($"Cannot flush the folder {path} (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
