namespace Portal.Tests.Support;

/// <summary>Draws small PNG pictures, so that tests need no files of others.</summary>
public static class Pictures
{
    /// <summary>A picture of one colour with a square of another in it; equal arguments give equal bytes.</summary>
    public static byte[] Square(
        int seed,
        (byte R, byte G, byte B) background,
        (byte R, byte G, byte B) foreground,
        int side = 64
    )
    {
        var random = new Random(seed);
        var (size, left, top) = (random.Next(side / 4, side / 2), random.Next(0, side / 2), random.Next(0, side / 2));
        var rows = new byte[side * side * 3];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var inside = x >= left && x < left + size && y >= top && y < top + size;
                var color = inside ? foreground : background;
                var at = ((y * side) + x) * 3;
                (rows[at], rows[at + 1], rows[at + 2]) = color;
            }
        }
        return PngWriter.Write(side, side, 8, PngWriter.Rgb, rows);
    }

    /// <summary>Some picture; equal seeds give equal bytes, different seeds different ones.</summary>
    public static byte[] Any(int seed) =>
        Square(
            seed,
            ((byte)(seed * 37), (byte)(seed * 91), (byte)(seed >> 3)),
            ((byte)(255 - seed), (byte)(seed * 13), 128)
        );
}
