using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>Makes files and the entries of folders durable. .NET flushes files, not folders.</summary>
internal static partial class FileFlush
{
    /// <summary>The end of the name of a file that is not whole yet.</summary>
    public const string Unfinished = ".unfinished";

    private const int ReadOnly = 0;

    /// <summary>
    /// Copies a file, unless one of its length is there already. It appears under its name once all of it is on disk.
    /// </summary>
    public static void Copy(string from, string to)
    {
        if (File.Exists(to) && new FileInfo(to).Length == new FileInfo(from).Length)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var partial = to + Unfinished;
        File.Copy(from, partial, overwrite: true);
        using (var file = new FileStream(partial, FileMode.Open, FileAccess.Write))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, to, overwrite: true);
    }

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
