using System.Globalization;
using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Videos;

/// <summary>
/// A video of which frames become inputs. It is labelled through them and carries no tags of its own.
/// </summary>
public sealed class Video : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public long CreatedById { get; set; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal; names the blob.</summary>
    public required string ContentHash { get; set; }

    public long ByteLength { get; set; }
    public required string MediaType { get; set; }

    /// <summary>Pixels, as stored.</summary>
    public int Width { get; set; }

    /// <summary>Pixels, as stored.</summary>
    public int Height { get; set; }

    public int DurationMs { get; set; }

    /// <summary>
    /// Milliseconds between the frames that become inputs, from the video's beginning, fixed when it is accepted, so
    /// that a second start takes the same; null: frames at changes of scene.
    /// </summary>
    public int? StepMs { get; set; }

    /// <summary>Frames that are to become inputs; null while changes of scene are looked for.</summary>
    public int? FrameCount { get; set; }

    public string FileName { get; set; } = "";
    public string? SourceUrl { get; set; }

    /// <summary>A JSON object of the user's own, which each frame gets.</summary>
    public string Metadata { get; set; } = "{}";

    public DateTime CreatedAt { get; set; }

    /// <summary>When the last frame was taken.</summary>
    public DateTime? SampledAt { get; set; }

    /// <summary>What went wrong with taking frames, for a person to read; null otherwise.</summary>
    public string? Problem { get; set; }

    public DateTime? DeletedAt { get; set; }

    /// <summary>The id of the input that the frame at a time becomes: the same whenever it is taken.</summary>
    public string FrameIdAt(int timeMs) => string.Create(CultureInfo.InvariantCulture, $"{ExternalId}-{timeMs:D7}");
}
