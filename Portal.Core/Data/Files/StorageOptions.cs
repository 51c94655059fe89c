namespace Portal.Core.Data.Files;

/// <summary>Where the portal keeps everything it must not lose.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// The data directory. A relative path is taken from the folder that holds <c>appsettings.json</c>.
    /// </summary>
    public string Root { get; set; } = "App_Data";

    public string DatabasePath => Path.Combine(Root, "portal.db");
    public string BlobRoot => Path.Combine(Root, "blobs");

    /// <summary>
    /// Stored files that nothing named, in a folder for each day on which they were taken out of the way.
    /// </summary>
    public string QuarantineRoot => Path.Combine(Root, "quarantine");
    public string IncomingRoot => Path.Combine(Root, "incoming");

    /// <summary>Files of which some parts have arrived.</summary>
    public string UploadRoot => Path.Combine(Root, "uploads");
    public string ExportRoot => Path.Combine(Root, "exports");
    public string ImportRoot => Path.Combine(Root, "imports");
    public string ThumbnailRoot => Path.Combine(Root, "thumbnails");

    /// <summary>Networks on whose vectors classifiers were trained, each named by the SHA-256 of its bytes.</summary>
    public string NetworkRoot => Path.Combine(Root, "networks");
    public string KeyRoot => Path.Combine(Root, "keys");

    /// <summary>Databases as they were before a newer portal changed them.</summary>
    public string MigrationBackupRoot => Path.Combine(Root, "before-upgrade");
    public string LockPath => Path.Combine(Root, "portal.lock");

    public IEnumerable<string> Errors()
    {
        if (string.IsNullOrWhiteSpace(Root))
        {
            yield return $"{Section}:{nameof(Root)} is empty; it must name the data directory.";
        }
    }
}
