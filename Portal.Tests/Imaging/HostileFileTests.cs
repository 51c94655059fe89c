using System.Diagnostics;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

/// <summary>Broken, lying and oversized files: each gets a refusal that says why, or the right picture.</summary>
public class HostileFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public static TheoryData<string> Generated => new(SharedData.FileNames("hostile", "generated"));

    public static TheoryData<string> InvalidExif => new(SharedData.FileNames("hostile", "exif_invalid"));

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Generated))]
    public void A_hostile_file_is_refused_for_its_reason_or_decoded(string name)
    {
        var path = SharedData.Require("hostile", "generated", name);
        var watch = Stopwatch.StartNew();

        var failure = Record.Exception(() =>
        {
            Square.Decode(_decoder, path, 384);
            _decoder.RenderWebp(path, 512, TestContext.Current.CancellationToken);
        });

        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
        if (Refusal(name) is not var (code, reason))
        {
            Assert.Null(failure);
            return;
        }
        var refusal = Assert.IsType<PortalException>(failure);
        Assert.Equal(code, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(InvalidExif))]
    public void Invalid_metadata_does_not_keep_a_photo_out(string name)
    {
        var path = SharedData.Require("hostile", "exif_invalid", name);

        var header = _decoder.ReadHeader(path);

        Assert.Equal(ImageType.Jpeg, header.Type);
        Assert.True(Square.Decode(_decoder, path, 64).Rgb.Distinct().Count() > 10, "The photo came out flat.");
    }

    [Theory]
    [InlineData("progressive.jpg", 1.5)]
    [InlineData("jpeg_named.png", 1.5)]
    [InlineData("png_named.jpg", 3)]
    [InlineData("animated.gif", 3)]
    [InlineData("animated.webp", 3)]
    [InlineData("animated_apng.png", 3)]
    public void The_same_picture_in_another_format_or_the_first_frame_of_an_animation_looks_the_same(
        string name,
        double tolerance
    )
    {
        var reference = Square.Decode(_decoder, SharedData.Require("hostile", "generated", "orientation_1.jpg"), 64);

        Assert.InRange(
            Square.Decode(_decoder, SharedData.Require("hostile", "generated", name), 64).DistanceTo(reference),
            0,
            tolerance
        );
    }

    [Fact]
    public void Cmyk_becomes_colours_and_not_their_opposites()
    {
        var reference = Square.Decode(_decoder, SharedData.Require("hostile", "generated", "orientation_1.jpg"), 64);
        var cmyk = Square.Decode(_decoder, SharedData.Require("hostile", "generated", "cmyk.jpg"), 64);

        var opposite = new Square(64, [.. reference.Rgb.Select(value => (byte)(255 - value))]);

        Assert.InRange(cmyk.DistanceTo(reference), 0, 45);
        Assert.True(cmyk.DistanceTo(opposite) > 2 * cmyk.DistanceTo(reference));
    }

    [Fact]
    public async Task Many_threads_get_what_one_gets_while_others_fail()
    {
        var folder = SharedData.Require("hostile", "generated");
        string[] names =
        [
            "orientation_6.jpg",
            "alpha.png",
            "truncated_half.jpg",
            "cmyk.jpg",
            "bad_crc.png",
            "animated.gif",
            "gray16.png",
        ];
        // Room for one picture at a time, so that the budget is waited for.
        var decoder = new VipsImageDecoder(new ImageLimits { MaxBytesInFlight = 400_000 });
        var expected = names.ToDictionary(name => name, name => Outcome(name));

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 140),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = 8,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            (i, _) =>
            {
                var name = names[i % names.Length];
                Assert.Equal(expected[name], Outcome(name));
                return ValueTask.CompletedTask;
            }
        );

        string Outcome(string name)
        {
            try
            {
                return Convert.ToHexString(Square.Decode(decoder, Path.Combine(folder, name), 64).Rgb);
            }
            catch (PortalException refusal)
            {
                return refusal.Code.ToString();
            }
        }
    }

    private static (StatusCode Code, string Reason)? Refusal(string name) =>
        name switch
        {
            "bomb_12000x12000_rgb8.png" => (StatusCode.InputOverLimit, "144.0 megapixels"),
            "bomb_30000x30000_1bit.png" => (StatusCode.InputOverLimit, "900.0 megapixels"),
            "bomb_header_65535x65535.gif" => (StatusCode.InputOverLimit, "4294.8 megapixels"),
            "bomb_header_only_60000x60000.png" => (StatusCode.InputOverLimit, "3600.0 megapixels"),
            "bomb_sof_65500x65500.jpg" => (StatusCode.InputOverLimit, "4290.3 megapixels"),
            "bad_crc.png" or "truncated_half.png" => (StatusCode.InputBadBytes, "The PNG file is damaged or cut short"),
            "truncated_half.jpg" => (StatusCode.InputBadBytes, "The JPEG file is damaged or cut short"),
            "jpeg_with_trailing_html.jpg" => (StatusCode.InputUnsupportedFormat, "also holds an HTML page"),
            "html_named.jpg" => (StatusCode.InputUnsupportedFormat, "an HTML page"),
            "plain_text.jpg" => (StatusCode.InputUnsupportedFormat, "plain text"),
            "zero_bytes.jpg" => (StatusCode.InputUnsupportedFormat, "an empty file"),
            _ when name.StartsWith("svg_", StringComparison.Ordinal) => (
                StatusCode.InputUnsupportedFormat,
                "an SVG drawing"
            ),
            _ => null,
        };
}
