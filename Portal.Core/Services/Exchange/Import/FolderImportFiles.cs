using System.IO.Enumeration;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Archives;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>The files of a folder and the folders in it, or one single file. Links are not followed.</summary>
internal sealed class FolderImportFiles : ImportFiles
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };
    private readonly string _folder;

    /// <summary>Where files lie, by number, whose path does not say it.</summary>
    private readonly Dictionary<int, string> _elsewhere = [];

    public FolderImportFiles(string folder)
    {
        _folder = folder;
        var withBackslash = new List<string>();
        foreach (var (path, isLink) in Entries(folder))
        {
            var name = Path.GetRelativePath(folder, path);
            if (isLink)
            {
                Refuse(name, "It is a link.");
            }
            else if (Path.DirectorySeparatorChar == '/' && name.Contains('\\', StringComparison.Ordinal))
            {
                withBackslash.Add(path);
            }
            else
            {
                Add(name);
            }
        }
        // Where a backslash is a letter like others, its file is called like one that may be there, and comes after it.
        foreach (var path in withBackslash.Order(StringComparer.Ordinal))
        {
            if (Add(Path.GetRelativePath(folder, path)) is { } number)
            {
                _elsewhere[number] = path;
            }
        }
        Seal();
    }

    /// <param name="name">What the person calls the file.</param>
    public FolderImportFiles(string file, string name)
    {
        _folder = Path.GetDirectoryName(file) ?? "";
        if (Add(Path.GetFileName(name)) is { } number)
        {
            _elsewhere[number] = file;
        }

        Seal();
    }

    protected override Stream Open(string path, int number) =>
        new BoundedStream(
            File.OpenRead(_elsewhere.GetValueOrDefault(number) ?? Path.Combine(_folder, path)),
            ImportLimits.MaxEntryBytes,
            path
        );

    /// <summary>Files, and links to files and folders, which are not looked behind.</summary>
    private static FileSystemEnumerable<(string Path, bool IsLink)> Entries(string folder) =>
        new(folder, (ref entry) => (entry.ToFullPath(), IsLink(ref entry)), Everything)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || IsLink(ref entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(ref entry),
        };

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
