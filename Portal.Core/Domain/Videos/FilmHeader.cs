namespace Portal.Core.Domain.Videos;

/// <summary>What a film says of itself.</summary>
/// <param name="Width">Pixels, as stored.</param>
/// <param name="Height">Pixels, as stored.</param>
/// <param name="Codec">As ffmpeg names it.</param>
public sealed record FilmHeader(int DurationMs, int Width, int Height, string Codec);
