namespace Portal.Core.Domain.Videos;

/// <summary>Where in which video an input comes from.</summary>
/// <param name="VideoId">Internal key.</param>
/// <param name="TimeMs">Milliseconds from the video's beginning.</param>
public readonly record struct VideoFrame(long VideoId, int TimeMs);
