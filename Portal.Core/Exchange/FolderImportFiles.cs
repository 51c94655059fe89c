namespace Portal.Core.Exchange;

/// <summary>The files of a folder and the folders in it, or one single file. Links are not followed.</summary>
internal sealed class FolderImportFiles : ImportFiles
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public FolderImportFiles(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", Everything).OrderBy(f => f.FullName, StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, file.FullName);
            if (IsLinked(file, folder)) Refuse(name, "It is a link, or lies behind one.");
            else if (Add(name) is { } path) _files[path] = file.FullName;
        }
    }

    /// <param name="name">What the person calls the file.</param>
    public FolderImportFiles(string file, string name)
    {
        if (Add(Path.GetFileName(name)) is { } path) _files[path] = file;
    }

    public override Stream Open(string path) => new BoundedStream(File.OpenRead(_files[path]), ImportLimits.MaxEntryBytes, path);

    private static bool IsLinked(FileInfo file, string root)
    {
        if (file.LinkTarget is not null) return true;
        var top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        for (var folder = file.Directory; folder is not null && folder.FullName.Length > top.Length; folder = folder.Parent)
        {
            if (folder.LinkTarget is not null) return true;
        }
        return false;
    }
}
