using System.Numerics;

namespace Portal.Demo;

/// <summary>Composes scenes: people of an emoji set in a park, at the size their place asks for.</summary>
internal sealed class ScenePainter : IDisposable
{
    private static readonly (int Width, int Height)[] Sizes = [(640, 480), (720, 480), (720, 540), (640, 512)];
    private readonly FigureDrawings _drawings = new();

    public void Dispose() => _drawings.Dispose();

    /// <summary>A scene as a JPEG file; the same scene gives the same picture.</summary>
    public byte[] Paint(Scene scene)
    {
        var random = new Random(scene.Number);
        var (width, height) = Sizes[random.Next(Sizes.Length)];
        var palette = ScenePalette.Of(scene.Light);
        var canvas = new SceneCanvas(width, height);
        var hasFlowers = scene.Light is Light.Day or Light.Morning or Light.Overcast && random.Next(3) > 0;
        var landscape = new SceneLandscape(palette, random, scene.HasLake, hasFlowers, height);
        landscape.Paint(canvas);

        var sprites = new List<Sprite>();
        sprites.AddRange(Trees(scene, random, canvas, landscape.Horizon));
        sprites.AddRange(Animals(scene, random, canvas, landscape.Horizon));
        sprites.AddRange(People(scene, random, canvas, landscape.Horizon));
        foreach (var sprite in sprites.OrderBy(s => s.Feet))
        {
            Draw(canvas, sprite, palette, landscape.Horizon);
        }

        Finish(canvas, scene, random);
        return canvas.ToJpeg();
    }

    private static IEnumerable<Sprite> Trees(Scene scene, Random random, SceneCanvas canvas, float horizon)
    {
        var count = 4 + random.Next(5);
        for (var i = 0; i < count; i++)
        {
            // Trees at the sides may stand nearer than those in the middle, where people are.
            var x = random.NextSingle();
            var isAside = Math.Abs(x - 0.5f) > 0.34f && !scene.HasLake;
            var feet = scene.HasLake
                ? 0.03f + (random.NextSingle() * 0.04f)
                : 0.04f + (random.NextSingle() * (isAside ? 0.2f : 0.07f));
            var file = scene.Light is Light.Winter || random.Next(3) == 0 ? "1f332.webp" : "1f333.webp";
            var size = (scene.HasLake ? 0.12f : 0.06f) + (feet * 1.6f) + (random.NextSingle() * 0.05f);
            yield return new Sprite(
                file,
                x,
                horizon + (feet * (canvas.Height - horizon)),
                size * canvas.Height,
                random.Next(2) == 0
            );
        }
    }

    private static IEnumerable<Sprite> Animals(Scene scene, Random random, SceneCanvas canvas, float horizon)
    {
        if (random.Next(4) > 0)
        {
            yield break;
        }

        var depth = 0.3f + (random.NextSingle() * 0.25f);
        var ground = canvas.Height - horizon;
        var x = random.Next(2) == 0 ? 0.12f : 0.88f;
        yield return new Sprite(
            scene.HasLake ? "1f986.webp" : "1f415.webp",
            x,
            horizon + (depth * ground),
            depth * ground * (scene.HasLake ? 0.22f : 0.42f),
            x < 0.5f,
            IsAfloat: scene.HasLake
        );
    }

    private static IEnumerable<Sprite> People(Scene scene, Random random, SceneCanvas canvas, float horizon)
    {
        var ground = canvas.Height - horizon;
        var together = random.Next(2) == 0;
        for (var i = 0; i < scene.People.Count; i++)
        {
            var (figure, tone) = scene.People[i];
            var lane = (i + 0.5f) / scene.People.Count;
            var spread = scene.People.Count == 1 ? 0.4f : 0.08f;
            var x = 0.5f + ((lane - 0.5f) * 0.86f) + ((random.NextSingle() - 0.5f) * spread);
            var depth =
                figure.IsInWater ? 0.56f + (random.NextSingle() * 0.18f)
                : scene.HasLake ? 0.95f
                : 0.7f + (random.NextSingle() * 0.26f);
            var height = figure.Height * depth * ground * 1.12f;
            var feet = horizon + (depth * ground);
            // A juggler is drawn down to the waist, so the edge of the picture cuts him off.
            if (figure.Code == Figure.Juggler)
            {
                (feet, height) = (canvas.Height + 2, canvas.Height * (0.42f + (random.NextSingle() * 0.12f)));
            }

            var waterline = figure.Code switch
            {
                Figure.Swimmer => 0.45f,
                Figure.Rower => 0.6f,
                _ => 1f,
            };
            var isMirrored = together ? scene.Number % 2 == 0 : random.Next(2) == 0;
            yield return new Sprite(figure.FileName(tone), x, feet, height, isMirrored, waterline, figure.IsInWater);
        }
    }

    private void Draw(SceneCanvas canvas, Sprite sprite, ScenePalette palette, float horizon)
    {
        using var drawing = _drawings.Get(sprite.File, sprite.Height, sprite.IsMirrored, sprite.Waterline);
        var half = drawing.Width / 2f;
        var centre = Math.Clamp(sprite.X * canvas.Width, half * 0.9f, canvas.Width - (half * 0.9f));
        if (!sprite.IsAfloat)
        {
            canvas.Shade(
                centre + (half * 0.12f),
                sprite.Feet - (sprite.Height * 0.012f),
                half * 1.05f,
                (sprite.Height * 0.06f) + 1,
                palette.Shadow
            );
        }
        // The air takes from the colour of what is far away.
        var near = Math.Clamp((sprite.Feet - horizon) / (canvas.Height - horizon) * 2.5f, 0, 1);
        var tint = Vector3.Lerp(palette.Tint, palette.Tint * 0.92f, 1 - near);
        canvas.Draw(drawing, (int)(centre - half), (int)(sprite.Feet - drawing.Height), tint);
    }

    /// <summary>Rain or snow, and a little grain.</summary>
    private static void Finish(SceneCanvas canvas, Scene scene, Random random)
    {
        var seed = (uint)scene.Number;
        for (var y = 0; y < canvas.Height; y++)
        {
            for (var x = 0; x < canvas.Width; x++)
            {
                canvas[x, y] += new Vector3((SceneNoise.Grain(x, y, seed) - 0.5f) * 0.016f);
            }
        }
        var drops = scene.Light switch
        {
            Light.Rain => 260,
            Light.Winter => 220,
            _ => 0,
        };
        for (var i = 0; i < drops; i++)
        {
            var (x, y) = (random.Next(canvas.Width), random.Next(canvas.Height));
            if (scene.Light is Light.Winter)
            {
                var flake = 1.2f + (random.NextSingle() * 2.2f);
                canvas.Shade(x, y, flake, flake, -0.5f);
                continue;
            }
            var length = 8 + random.Next(14);
            for (var j = 0; j < length && y + j < canvas.Height && x >= j / 4; j++)
            {
                canvas[x - (j / 4), y + j] = Vector3.Lerp(
                    canvas[x - (j / 4), y + j],
                    new Vector3(0.88f, 0.92f, 0.97f),
                    0.35f
                );
            }
        }
    }

    /// <summary>A drawing and where it stands.</summary>
    private sealed record Sprite(
        string File,
        float X,
        float Feet,
        float Height,
        bool IsMirrored,
        float Waterline = 1,
        bool IsAfloat = false
    );
}
