using System.Collections.Concurrent;
using Portal.Core.Domain.Errors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Portal.Demo;

/// <summary>The drawings that the build left beside the program; each file is decoded once.</summary>
internal sealed class FigureDrawings : IDisposable
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "sample");
    private readonly ConcurrentDictionary<string, Lazy<Image<Rgba32>>> _drawings = new(StringComparer.Ordinal);

    /// <summary>A drawing without its margin, at the height that is asked for. The caller disposes of it.</summary>
    /// <param name="waterline">Where water begins in it, from 0 at the top to 1 at the bottom: its water fades
    /// out.</param>
    /// <exception cref="PortalException">The build did not leave the drawings beside the program.</exception>
    public Image<Rgba32> Get(string fileName, float height, bool isMirrored, float waterline = 1)
    {
        var drawing = _drawings.GetOrAdd(fileName, name => new(() => Read(name))).Value;
        var size = new Size(Math.Max(1, (int)(height * drawing.Width / drawing.Height)), Math.Max(1, (int)height));
        var scaled = drawing.Clone(c =>
        {
            c.Resize(size, KnownResamplers.Lanczos3, compand: false);
            if (isMirrored)
            {
                c.Flip(FlipMode.Horizontal);
            }
        });
        if (waterline < 1)
        {
            FadeWater(scaled, waterline);
        }

        return scaled;
    }

    public void Dispose()
    {
        foreach (var drawing in _drawings.Values.Where(d => d.IsValueCreated))
        {
            drawing.Value.Dispose();
        }
    }

    private Image<Rgba32> Read(string name)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The demo's drawings are not at {_folder}. Build the portal again with 'dotnet build'."
            );
        }
        var image = Image.Load<Rgba32>(path);
        var (left, top, right, bottom) = (image.Width, image.Height, 0, 0);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = 0; x < row.Length; x++)
                {
                    if (row[x].A < 40)
                    {
                        continue;
                    }

                    (left, right) = (Math.Min(left, x), Math.Max(right, x + 1));
                    (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y + 1));
                }
            }
        });
        image.Mutate(c => c.Crop(Rectangle.FromLTRB(left, top, right, bottom)));
        return image;
    }

    /// <summary>Takes the edges off the water a drawing brings along, so that it lies in the lake's.</summary>
    private static void FadeWater(Image<Rgba32> drawing, float waterline) =>
        drawing.ProcessPixelRows(rows =>
        {
            for (var y = (int)(rows.Height * waterline); y < rows.Height; y++)
            {
                var row = rows.GetRowSpan(y);
                var down = ((float)y / rows.Height - waterline) / (1 - waterline);
                for (var x = 0; x < row.Length; x++)
                {
                    if (row[x].B < row[x].R + 30)
                    {
                        continue;
                    }

                    var aside = MathF.Abs((2f * x / row.Length) - 1);
                    var kept = SceneNoise.Step(1, 0.25f, down) * SceneNoise.Step(1, 0.6f, aside);
                    row[x].A = (byte)(row[x].A * kept);
                }
            }
        });
}
