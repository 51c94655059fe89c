namespace Portal.Core.Engines.Videos;

/// <summary>A frame that looks unlike the one before it.</summary>
/// <param name="TimeMs">Milliseconds from the video's beginning.</param>
/// <param name="Score">How unlike, 0 to 1.</param>
public readonly record struct SceneChange(int TimeMs, double Score);
