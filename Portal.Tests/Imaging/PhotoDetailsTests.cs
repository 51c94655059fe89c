using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

public class PhotoDetailsTests
{
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public static TheoryData<string, string> Files =>
        new(
            from folder in new[] { "exif_invalid", "exif_orientation" }
            from name in SharedData.FileNames("hostile", folder)
            select (folder, name)
        );

    [Theory, MemberData(nameof(Files))]
    public void Whatever_a_file_says_is_short_lines_of_text(string folder, string name)
    {
        var photo = _decoder.ReadPhoto(SharedData.Require("hostile", folder, name));

        Assert.All(
            new[] { photo.Camera, photo.Lens, photo.Taken, photo.Exposure, photo.Place }.OfType<string>(),
            text =>
            {
                Assert.InRange(text.Length, 1, 520);
                Assert.DoesNotContain(text, char.IsControl);
            }
        );
    }

    [Fact]
    public void A_photo_says_how_it_was_taken()
    {
        var photo = PhotoDetails.Of(
            Fields(
                new()
                {
                    ["ifd0-Make"] = "Canon (Canon, ASCII, 6 components, 6 bytes)",
                    ["ifd0-Model"] = "Canon EOS 5D (Canon EOS 5D, ASCII, 13 components, 13 bytes)",
                    ["ifd2-LensModel"] = "EF 24-70mm f/2.8 (EF 24-70mm f/2.8, ASCII, 17 components, 17 bytes)",
                    ["ifd2-DateTimeOriginal"] =
                        "2019:05:01 10:30:00 (2019:05:01 10:30:00, ASCII, 20 components, 20 bytes)",
                    ["ifd2-ExposureTime"] = "1/250 (1/250 sec., Rational, 1 components, 8 bytes)",
                    ["ifd2-FNumber"] = "28/10 (f/2.8, Rational, 1 components, 8 bytes)",
                    ["ifd2-ISOSpeedRatings"] = "400 (400, Short, 1 components, 2 bytes)",
                    ["ifd3-GPSLatitude"] = "51/1 30/1 2646/100 (51, 30, 26.46, Rational, 3 components, 24 bytes)",
                    ["ifd3-GPSLatitudeRef"] = "N (N, ASCII, 2 components, 2 bytes)",
                    ["ifd3-GPSLongitude"] = "0/1 7/1 3972/100 (0,  7, 39.72, Rational, 3 components, 24 bytes)",
                    ["ifd3-GPSLongitudeRef"] = "W (W, ASCII, 2 components, 2 bytes)",
                }
            )
        );

        // 51° 30′ 26.46″ and 7′ 39.72″ in degrees.
        Assert.Equal(
            new PhotoDetails(
                "Canon EOS 5D",
                "EF 24-70mm f/2.8",
                "2019-05-01 10:30:00",
                "1/250 sec. · f/2.8 · ISO 400",
                "51.50735° N, 0.12770° W"
            ),
            photo
        );
    }

    [Fact]
    public void What_makes_no_sense_is_left_out()
    {
        var photo = PhotoDetails.Of(
            Fields(
                new()
                {
                    ["ifd0-Make"] = "\u0001\u202E (\u0001\u202E, ASCII, 3 components, 3 bytes)",
                    ["ifd0-Model"] = $"x (<script>{new string('x', 900)}\n, ASCII, 900 components, 900 bytes)",
                    ["ifd3-GPSLatitude"] = "991/1 0/1 0/0 (991, 0, 0, Rational, 3 components, 24 bytes)",
                    ["ifd3-GPSLatitudeRef"] = "N (N, ASCII, 2 components, 2 bytes)",
                }
            )
        );

        Assert.Equal("<script>" + new string('x', 112) + "…", photo.Camera);
        Assert.Null(photo.Place);
        Assert.True(PhotoDetails.Of(_ => null).IsEmpty);
        Assert.True(PhotoDetails.Of(_ => "no such form").IsEmpty);
    }

    private static Func<string, string?> Fields(Dictionary<string, string> fields) =>
        name => fields.GetValueOrDefault(name["exif-".Length..]);
}
