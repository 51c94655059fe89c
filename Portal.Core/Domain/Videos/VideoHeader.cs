namespace Portal.Core.Domain.Videos;

/// <summary>What a video says of itself.</summary>
/// <param name="Width">Pixels, as stored.</param>
/// <param name="Height">Pixels, as stored.</param>
/// <param name="Codec">As ffmpeg names it.</param>
public sealed record VideoHeader(int DurationMs, int Width, int Height, string Codec);
