namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a run may know of an input's file.</summary>
/// <param name="MediaType">For example <c>image/png</c>.</param>
/// <param name="Width">Pixels, as seen upright.</param>
/// <param name="Height">Pixels, as seen upright.</param>
public sealed record InputMedia(string FileName, string MediaType, int Width, int Height);
