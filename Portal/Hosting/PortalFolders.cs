namespace Portal.Hosting;

/// <summary>Where the portal finds what it serves.</summary>
public static class PortalFolders
{
    /// <summary>
    /// The folder with <c>appsettings.json</c> and <c>wwwroot</c>: beside the binary once published, at the top of the
    /// repository before.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">Neither the binary's folder nor one above it holds
    /// both.</exception>
    public static string FindContentRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (
                File.Exists(Path.Combine(folder.FullName, "appsettings.json"))
                && Directory.Exists(Path.Combine(folder.FullName, "wwwroot"))
            )
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException(
            $"No folder from {AppContext.BaseDirectory} upwards holds appsettings.json and wwwroot. Publish the "
                + $"portal again, or run it inside its repository."
        );
    }

    /// <summary>Blazor's script and the fonts, which the build puts beside the binary.</summary>
    public static string Assets => Path.Combine(AppContext.BaseDirectory, "assets");
}
