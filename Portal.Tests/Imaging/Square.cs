using Portal.Core.Engines.Images;

namespace Portal.Tests.Imaging;

/// <summary>A decoded square and what tests ask of it.</summary>
internal sealed record Square(int Side, byte[] Rgb)
{
    public static Square Decode(IImageDecoder decoder, string path, int side)
    {
        var rgb = new byte[side * side * 3];
        decoder.DecodeSquare(path, side, rgb, TestContext.Current.CancellationToken);
        return new Square(side, rgb);
    }

    public (byte Red, byte Green, byte Blue) this[int x, int y]
    {
        get
        {
            var at = (y * Side + x) * 3;
            return (Rgb[at], Rgb[at + 1], Rgb[at + 2]);
        }
    }

    /// <summary>Mean absolute difference of the samples, 0 to 255.</summary>
    public double DistanceTo(Square other) => Rgb.Zip(other.Rgb, (a, b) => Math.Abs(a - b)).Average();

    /// <summary>The square whose pixel (x, y) is this one's at the place that <paramref name="from"/> gives.</summary>
    public Square Rearranged(Func<int, int, (int X, int Y)> from)
    {
        var rgb = new byte[Rgb.Length];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (sourceX, sourceY) = from(x, y);
                Rgb.AsSpan((sourceY * Side + sourceX) * 3, 3).CopyTo(rgb.AsSpan((y * Side + x) * 3));
            }
        }
        return new Square(Side, rgb);
    }
}
