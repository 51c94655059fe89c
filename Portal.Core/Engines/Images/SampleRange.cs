using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Microscopes, thermal cameras and scientific programs write samples of 10 or 12 bits, or of 8, unscaled into files of
/// 16, where they would come out black. A picture whose brightest colour sample is at most 2^12, a sixteenth of full,
/// is taken for such a one and multiplied by the power of two that makes the smallest of these ranges full: as 16-bit
/// samples it would keep at most 16 of the 256 levels there are in the end, so there is next to nothing to lose. What
/// is brighter is left alone (14-bit samples keep 64 levels, and cannot be told from a dark photo), and so is a picture
/// of 8 bits that was widened as is usual, by 257 or 256, and is as dark as its author made it.
/// </summary>
internal static class SampleRange
{
    private const int Full = 16;
    private static readonly int[] Narrow = [8, 10, 12];

    /// <summary>Power of two to multiply the samples by; 0 for a picture that is to stay as it is.</summary>
    /// <param name="load">Gives the image, of any kind, to be read once from top to bottom.</param>
    /// <param name="watch">Is given each image before its pixels are computed, which may take long.</param>
    /// <exception cref="VipsException">A pixel could not be computed.</exception>
    public static int Shift(Func<Image> load, Func<Image, IDisposable> watch)
    {
        var brightest = Max(load, watch, image => image.Copy());
        if (brightest is 0 or > 1 << 12)
        {
            return 0;
        }

        if (Max(load, watch, image => image.RemainderConst([257])) == 0)
        {
            return 0;
        }

        if (Max(load, watch, image => image.RemainderConst([256])) == 0)
        {
            return 0;
        }
        // Some writers take 2^bits for full, and not one less.
        return Full - Narrow.First(bits => brightest <= 1 << bits);
    }

    /// <summary>The image with its colour samples multiplied by 2^shift; alpha stays.</summary>
    /// <param name="image">16 bits a sample.</param>
    public static Image Apply(Image image, int shift)
    {
        var factors = Enumerable.Repeat((double)(1 << shift), image.Bands).ToArray();
        if (image.HasAlpha())
        {
            factors[^1] = 1;
        }

        using var scaled = image.Linear(factors, new double[image.Bands]);
        // Converting back saturates.
        return scaled.Cast(Enums.BandFormat.Ushort);
    }

    private static double Max(Func<Image> load, Func<Image, IDisposable> watch, Func<Image, Image> of)
    {
        using var image = load();
        using var colours = image.HasAlpha() ? image.ExtractBand(0, image.Bands - 1) : image.Copy();
        using var values = of(colours);
        using var watched = watch(values);
        return values.Max();
    }
}
