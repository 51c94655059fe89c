namespace Portal.Core.Engines.Images;

/// <summary>What an image file says of itself before any pixel is decoded.</summary>
/// <param name="Type">The format by the file's bytes, whatever its name.</param>
/// <param name="Width">Pixels across once upright, after the EXIF orientation is applied.</param>
/// <param name="Height">Pixels down once upright.</param>
/// <param name="Orientation">EXIF orientation, 1 (upright) to 8; 1 where the file has none or an invalid one.</param>
public sealed record ImageHeader(ImageType Type, int Width, int Height, int Orientation);
