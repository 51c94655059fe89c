using Portal.Core.Services.Explorer;

namespace Portal.Features.Explorer;

/// <summary>One row of the wall.</summary>
/// <param name="First">Place of its first tile in the whole list, from 0.</param>
public sealed record TileRow(int First, IReadOnlyList<InputTile> Tiles);
