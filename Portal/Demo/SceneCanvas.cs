using System.Numerics;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace Portal.Demo;

/// <summary>A picture under way: red, green and blue from 0 to 1.</summary>
internal sealed class SceneCanvas(int width, int height)
{
    private const int Quality = 90;
    private readonly Vector3[] _pixels = new Vector3[width * height];

    public int Width => width;

    public int Height => height;

    public ref Vector3 this[int x, int y] => ref _pixels[(y * width) + x];

    /// <summary>Lays a drawing over what is there, tinted.</summary>
    public void Draw(Image<Rgba32> drawing, int left, int top, Vector3 tint) =>
        drawing.ProcessPixelRows(rows =>
        {
            for (var y = Math.Max(0, -top); y < Math.Min(rows.Height, height - top); y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = Math.Max(0, -left); x < Math.Min(row.Length, width - left); x++)
                {
                    var colour = row[x].ToVector4();
                    if (colour.W == 0)
                    {
                        continue;
                    }

                    ref var below = ref this[left + x, top + y];
                    below = Vector3.Lerp(below, new Vector3(colour.X, colour.Y, colour.Z) * tint, colour.W);
                }
            }
        });

    /// <summary>Darkens a soft ellipse, as a body does that stands in the light.</summary>
    public void Shade(float centreX, float centreY, float radiusX, float radiusY, float depth)
    {
        for (var y = Math.Max(0, (int)(centreY - radiusY)); y < Math.Min(height, centreY + radiusY); y++)
        {
            for (var x = Math.Max(0, (int)(centreX - radiusX)); x < Math.Min(width, centreX + radiusX); x++)
            {
                var (dx, dy) = ((x - centreX) / radiusX, (y - centreY) / radiusY);
                var near = MathF.Max(0, 1 - (dx * dx) - (dy * dy));
                this[x, y] *= 1 - (depth * near);
            }
        }
    }

    public byte[] ToJpeg()
    {
        using var image = new Image<Rgb24>(width, height);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < height; y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = 0; x < width; x++)
                {
                    var colour = (Vector3.Clamp(this[x, y], Vector3.Zero, Vector3.One) * 255) + new Vector3(0.5f);
                    row[x] = new Rgb24((byte)colour.X, (byte)colour.Y, (byte)colour.Z);
                }
            }
        });
        using var file = new MemoryStream();
        image.SaveAsJpeg(file, new JpegEncoder { Quality = Quality });
        return file.ToArray();
    }
}
