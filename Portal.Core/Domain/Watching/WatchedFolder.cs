using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Watching;

namespace Portal.Core.Domain.Watching;

/// <summary>The folder an app takes new pictures from.</summary>
public sealed class WatchedFolder
{
    public long AppId { get; set; }

    /// <summary>Below <see cref="WatchOptions.Root"/>, with '/' between its parts.</summary>
    public required string Path { get; set; }

    /// <summary>
    /// Files are moved into <see cref="WatchService.TakenFolder"/> or <see cref="WatchService.RefusedFolder"/> of it
    /// once they are taken; otherwise they stay.
    /// </summary>
    public bool MovesFiles { get; set; }

    /// <summary>Whose inputs they become.</summary>
    public long UserId { get; set; }

    public DateTime StartedAt { get; set; }
}

/// <summary>
/// A file of a watched folder that was taken, or refused: it is not looked at again unless it changes; then it has
/// another row.
/// </summary>
public sealed class WatchedFile
{
    public long Id { get; set; }
    public long AppId { get; set; }

    /// <summary>Below <see cref="WatchOptions.Root"/>, with '/' between its parts, where it was found.</summary>
    public required string Path { get; set; }

    public long ByteLength { get; set; }
    public DateTime ChangedAt { get; set; }
    public ImportResult Result { get; set; }

    /// <summary>The input it is, by its outside id; null where it was refused.</summary>
    public string? InputId { get; set; }

    public string Detail { get; set; } = "";
    public DateTime TakenAt { get; set; }
}
