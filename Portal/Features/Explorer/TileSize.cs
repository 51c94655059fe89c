namespace Portal.Features.Explorer;

/// <summary>How large the wall draws a tile.</summary>
public enum TileSize
{
    S,
    M,
    L,
}
