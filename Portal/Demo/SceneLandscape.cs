using System.Numerics;
using System.Runtime.CompilerServices;

namespace Portal.Demo;

/// <summary>A park: sky, hills, a meadow with a path or a lake. Its shape follows of a seed alone.</summary>
internal sealed class SceneLandscape
{
    private static readonly Vector3 Path = ScenePalette.Rgb(0xE2CFA6);
    private readonly ScenePalette _palette;
    private readonly bool _hasLake;
    private readonly uint _seed;
    private readonly float _phase,
        _bend,
        _pathX,
        _sunX;
    private readonly bool _hasFlowers;

    public SceneLandscape(ScenePalette palette, Random random, bool hasLake, bool hasFlowers, int height)
    {
        (_palette, _hasLake, _hasFlowers) = (palette, hasLake, hasFlowers);
        _seed = (uint)random.Next();
        _phase = random.NextSingle() * 6.28f;
        _bend = (random.NextSingle() - 0.5f) * 1.2f;
        _pathX = 0.25f + (random.NextSingle() * 0.5f);
        _sunX = random.NextSingle();
        Horizon = height * (0.4f + (random.NextSingle() * 0.08f));
    }

    /// <summary>Where the ground begins, in pixels from the top.</summary>
    public float Horizon { get; }

    /// <summary>Paints the whole canvas.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Paint(SceneCanvas canvas)
    {
        var ridges = new float[canvas.Width][];
        for (var x = 0; x < canvas.Width; x++)
        {
            ridges[x] =
            [
                .. Enumerable.Range(0, 3).Select(layer => Ridge((float)x / canvas.Width, layer, canvas.Height)),
            ];
        }

        for (var y = 0; y < canvas.Height; y++)
        {
            for (var x = 0; x < canvas.Width; x++)
            {
                var across = (float)x / canvas.Width;
                canvas[x, y] = y >= Horizon ? Ground(canvas, x, y, across) : Distance(canvas, y, across, ridges[x]);
            }
        }
    }

    private float Ridge(float across, int layer, int height)
    {
        var wave = MathF.Sin((across * (3 + (layer * 2.5f))) + _phase + (layer * 2)) * 0.5f;
        wave += MathF.Sin((across * (9 + (layer * 4))) + (_phase * 2)) * 0.18f;
        return Horizon - (height * ((0.13f - (layer * 0.04f)) + (wave * (0.05f - (layer * 0.01f)))));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector3 Distance(SceneCanvas canvas, int y, float across, float[] ridges)
    {
        var colour = Vector3.Lerp(_palette.SkyTop, _palette.SkyLow, SceneNoise.Step(0, 1, y / Horizon));
        if (y < ridges[0])
        {
            var up = 1 - (y / Horizon);
            var veil = SceneNoise.At(across * 4.5f, y * 13f / canvas.Height, _seed);
            colour = Vector3.Lerp(colour, _palette.Cloud, SceneNoise.Step(0.5f, 0.78f, veil) * (0.35f + (up * 0.5f)));
            var (dx, dy) = (across - _sunX, ((y / Horizon) - 0.45f) * 0.5f);
            colour += new Vector3(0.22f, 0.19f, 0.12f) * MathF.Exp(-((dx * dx) + (dy * dy)) * 30);
        }
        for (var i = 0; i < ridges.Length; i++)
        {
            var near = (i + 1f) / ridges.Length;
            var hill = Vector3.Lerp(_palette.Hill, _palette.MeadowFar * 0.8f, i * 0.35f);
            hill = Vector3.Lerp(hill, _palette.SkyLow, (1 - near) * 0.5f + (_palette.Haze * (1.1f - near)));
            colour = Vector3.Lerp(colour, hill, Math.Clamp(y - ridges[i] + 0.5f, 0, 1));
        }
        return colour;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector3 Ground(SceneCanvas canvas, int x, int y, float across)
    {
        // What lies twice as near looks twice as large.
        var depth = (y - Horizon + 2) / (canvas.Height - Horizon);
        var (fromMiddle, away) = ((across - 0.5f) / depth, 1 / depth);
        var colour = Vector3.Lerp(_palette.MeadowFar, _palette.MeadowNear, MathF.Sqrt(depth));
        var patches = SceneNoise.At(fromMiddle * 5, away * 6, _seed + 7) - 0.5f;
        var blades = SceneNoise.Grain(x, y / 2, _seed) - 0.5f;
        colour *= 1 + (patches * 0.16f) + (blades * 0.05f * depth);
        if (_hasFlowers)
        {
            colour = Flowers(colour, x, y, depth);
        }

        if (_hasLake)
        {
            return Lake(colour, canvas, x, y, across, depth);
        }

        var middle =
            _pathX + (_bend * (1 - depth) * (1 - depth) * 0.6f) + (MathF.Sin((depth * 4) + _phase) * 0.05f * depth);
        var half = 0.015f + (0.17f * depth);
        if (MathF.Abs(across - middle) > half + 0.04f)
        {
            return colour;
        }

        var aside = MathF.Abs(across - middle) + ((SceneNoise.At(x / 14f, y / 9f, _seed + 3) - 0.5f) * 0.025f * depth);
        var sand = Vector3.Lerp(Path, _palette.SkyLow, _palette.Haze * 0.3f) * _palette.Tint;
        sand *= 1 + ((SceneNoise.Grain(x, y, _seed + 5) - 0.5f) * 0.06f);
        return Vector3.Lerp(colour, sand, SceneNoise.Step(half + (0.012f * depth) + 0.002f, half, aside) * 0.92f);
    }

    private Vector3 Flowers(Vector3 colour, int x, int y, float depth)
    {
        var size = 2 + (int)(depth * 5);
        var (column, row) = (x / size, y / size);
        if (SceneNoise.Grain(column, row, _seed + 9) < 0.985f)
        {
            return colour;
        }

        var (dx, dy) = ((((float)x / size) - column - 0.5f) * 2, (((float)y / size) - row - 0.5f) * 2);
        var flower = SceneNoise.Grain(row, column, _seed) switch
        {
            < 0.4f => Vector3.One,
            < 0.7f => new Vector3(1, 0.85f, 0.3f),
            _ => new Vector3(0.95f, 0.5f, 0.65f),
        };
        return Vector3.Lerp(colour, flower * _palette.Tint, SceneNoise.Step(1, 0.4f, (dx * dx) + (dy * dy)) * 0.9f);
    }

    /// <summary>The lake lies between the far bank and the meadow in front.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector3 Lake(Vector3 bank, SceneCanvas canvas, int x, int y, float across, float depth)
    {
        var far = 0.1f + (MathF.Sin((across * 5) + _phase) * 0.015f);
        var near = 0.84f + (MathF.Sin((across * 3.4f) + (_phase * 1.7f)) * 0.05f);
        if (depth < far - 0.02f || depth > near + 0.05f)
        {
            return bank;
        }

        var ripples = SceneNoise.At(
            (across - 0.5f) * canvas.Width / 26f / (0.4f + depth),
            26 / (depth + 0.25f),
            _seed + 11
        );
        var water = Vector3.Lerp(_palette.SkyLow, _palette.Water, 0.5f + (depth * 0.5f)) * (0.9f + (ripples * 0.2f));
        water += new Vector3(0.2f) * SceneNoise.Step(0.72f, 0.85f, ripples);
        var sand = Vector3.Lerp(bank, Path * _palette.Tint, 0.7f);
        var soft = (SceneNoise.At(x / 20f, y / 12f, _seed + 2) - 0.5f) * 0.012f;
        var inside =
            SceneNoise.Step(far, far + 0.012f, depth + soft) * SceneNoise.Step(near, near - 0.012f, depth + soft);
        var beach =
            SceneNoise.Step(far - 0.02f, far, depth) * SceneNoise.Step(near + 0.045f, near + 0.03f, depth + soft);
        return Vector3.Lerp(Vector3.Lerp(bank, sand, beach), water, inside);
    }
}
