using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>
/// Who may read what this process makes. Windows gives files the rights of their folder, and needs nothing.
/// </summary>
public static partial class FileRights
{
    private const uint AllOfOthers = 0b000_111_111;

    /// <summary>
    /// From now on all files and folders that this process and its children make are for its own user alone, whoever
    /// makes them: the data directory holds what lets people in.
    /// </summary>
    public static void ForThisUserAlone()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask(AllOfOthers);
        }
    }

    /// <summary>Whether other users of the machine may list a folder or enter it.</summary>
    public static bool AreOpenToOthers(string folder) =>
        !OperatingSystem.IsWindows() && ((uint)File.GetUnixFileMode(folder) & AllOfOthers) != 0;

    /// <summary>
    /// Makes a folder, and those on the way to it, outside the data directory: whoever may use the folder that is there
    /// already may use them.
    /// </summary>
    public static void MakeAsItsParent(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        MakeAsItsParent(parent);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(parent));
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
