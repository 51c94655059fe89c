namespace Portal.Core.Data.Files;

/// <summary>Folders for the portal's own user alone: they hold what lets people in.</summary>
internal static class PrivateFolder
{
    /// <summary>
    /// Makes the folder where it is missing. One that is there already keeps the rights it was given.
    /// </summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
