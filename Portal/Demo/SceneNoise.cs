using System.Runtime.CompilerServices;

namespace Portal.Demo;

/// <summary>Chance that depends on a place alone: smooth noise, from 0 to 1.</summary>
internal static class SceneNoise
{
    private const int Seed = 1;
    private static readonly float[] Table = Fill();

    /// <summary>0 up to one edge, 1 from the other on, and a smooth rise between them; the edges may fall.</summary>
    public static float Step(float from, float to, float value)
    {
        var part = Math.Clamp((value - from) / (to - from), 0, 1);
        return part * part * (3 - (2 * part));
    }

    /// <summary>Two octaves of smooth noise.</summary>
    public static float At(float x, float y, uint seed) =>
        (Smooth(x, y, seed) * 0.67f) + (Smooth(x * 2.3f, y * 2.3f, seed + 1) * 0.33f);

    /// <summary>Noise without any connection between neighbours; it repeats itself every 256 places.</summary>
    public static float Grain(int x, int y, uint seed)
    {
        var column = unchecked((uint)x + (seed * 37)) & 255;
        var row = unchecked((uint)y + (seed * 101)) & 255;
        return Table[(row << 8) | column];
    }

    private static float[] Fill()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, 256 * 256).Select(_ => random.NextSingle())];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Smooth(float x, float y, uint seed)
    {
        var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (fx, fy) = (x - left, y - top);
        fx = fx * fx * (3 - (2 * fx));
        fy = fy * fy * (3 - (2 * fy));
        var above = float.Lerp(Grain(left, top, seed), Grain(left + 1, top, seed), fx);
        var below = float.Lerp(Grain(left, top + 1, seed), Grain(left + 1, top + 1, seed), fx);
        return float.Lerp(above, below, fy);
    }
}
