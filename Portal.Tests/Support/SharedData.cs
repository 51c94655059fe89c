namespace Portal.Tests.Support;

/// <summary>Finds the repository and the test data beside it, which is not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>The folder that holds the solution file.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    private static string Root => Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data"));

    /// <summary>A folder or file of the shared data; the running test is skipped where it is missing.</summary>
    public static string Require(params string[] path)
    {
        var full = Path.Combine([Root, .. path]);
        if (!Path.Exists(full))
        {
            Assert.Skip($"The shared test data {Path.Combine(path)} is not at {Root}.");
        }

        return full;
    }

    /// <summary>
    /// Names of the files in a folder of the shared data, in order; none where the folder is missing.
    /// </summary>
    public static IEnumerable<string> FileNames(params string[] path)
    {
        var full = Path.Combine([Root, .. path]);
        return Directory.Exists(full)
            ? Directory.EnumerateFiles(full).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            : [];
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AutoAnnotatePortal.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException(
            $"AutoAnnotatePortal.sln lies in no folder above {AppContext.BaseDirectory}."
        );
    }
}
