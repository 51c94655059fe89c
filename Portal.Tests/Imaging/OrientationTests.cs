using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

public class OrientationTests
{
    private const int Side = 96;
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public static TheoryData<string, int> Photos =>
        new(
            from shape in new[] { "landscape", "portrait" }
            from orientation in Enumerable.Range(2, 7)
            select (shape, orientation)
        );

    /// <summary>These photos were turned and then tagged so that all eight show the same picture upright.</summary>
    [Theory, MemberData(nameof(Photos))]
    public void Eight_ways_to_store_a_photo_decode_to_the_same_picture(string shape, int orientation)
    {
        var upright = SharedData.Require("hostile", "exif_orientation", $"{shape}_1.jpg");
        var turned = SharedData.Require("hostile", "exif_orientation", $"{shape}_{orientation}.jpg");

        var expected = Square.Decode(_decoder, upright, Side);

        Assert.InRange(Square.Decode(_decoder, turned, Side).DistanceTo(expected), 0, 4);
        Assert.True(
            expected.Rearranged((x, y) => (Side - 1 - x, y)).DistanceTo(expected) > 20,
            "A mirrored photo must be far away, or nothing is shown."
        );
        var header = _decoder.ReadHeader(turned);
        Assert.Equal(_decoder.ReadHeader(upright) with { Orientation = orientation }, header);
    }

    public static TheoryData<int> Tags => new(Enumerable.Range(1, 8));

    /// <summary>
    /// These files hold the same stored pixels under each tag; the turn is EXIF 2.3's table of orientations.
    /// </summary>
    [Theory, MemberData(nameof(Tags))]
    public void A_tag_turns_the_stored_picture(int orientation)
    {
        var stored = Square.Decode(_decoder, SharedData.Require("hostile", "generated", "orientation_1.jpg"), Side);
        var expected = stored.Rearranged(
            (x, y) =>
                orientation switch
                {
                    2 => (Side - 1 - x, y),
                    3 => (Side - 1 - x, Side - 1 - y),
                    4 => (x, Side - 1 - y),
                    5 => (y, x),
                    6 => (y, Side - 1 - x),
                    7 => (Side - 1 - y, Side - 1 - x),
                    8 => (Side - 1 - y, x),
                    _ => (x, y),
                }
        );

        var actual = Square.Decode(
            _decoder,
            SharedData.Require("hostile", "generated", $"orientation_{orientation}.jpg"),
            Side
        );

        Assert.InRange(actual.DistanceTo(expected), 0, 2);
    }
}
