namespace Portal.Core.Services.Watching;

/// <summary>Folders from which apps take new pictures by themselves. Configuration section <c>Watch</c>.</summary>
public sealed record WatchOptions
{
    public const string Section = "Watch";

    /// <summary>
    /// The folder under which every watched folder lies; empty: none is watched. A relative path starts at the folder
    /// of appsettings.json.
    /// </summary>
    public string Root { get; set; } = "";

    /// <summary>How often folders are looked at. A file is taken once two looks found it unchanged.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    public IEnumerable<string> Errors()
    {
        if (Every < TimeSpan.FromMilliseconds(50) || Every > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(Every)} is {Every}; it must lie between 50 milliseconds and one hour.";
        }
    }
}
