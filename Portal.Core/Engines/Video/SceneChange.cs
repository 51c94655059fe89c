namespace Portal.Core.Engines.Video;

/// <summary>A frame that looks unlike the one before it.</summary>
/// <param name="TimeMs">Milliseconds from the film's beginning.</param>
/// <param name="Score">How unlike, 0 to 1.</param>
public readonly record struct SceneChange(int TimeMs, double Score);
