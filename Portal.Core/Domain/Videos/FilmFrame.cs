namespace Portal.Core.Domain.Videos;

/// <summary>Where in which film an input comes from.</summary>
/// <param name="FilmId">Internal key.</param>
/// <param name="TimeMs">Milliseconds from the film's beginning.</param>
public readonly record struct FilmFrame(long FilmId, int TimeMs);
