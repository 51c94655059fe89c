using System.Buffers.Binary;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

/// <summary>
/// Willem van Schaik's PngSuite: every colour type, depth, filter and ancillary chunk; files whose names begin with x
/// are damaged.
/// </summary>
public class PngSuiteTests
{
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public static TheoryData<string> Sound =>
        new(SharedData.FileNames("hostile", "pngsuite").Where(name => name[0] != 'x'));

    public static TheoryData<string> Damaged =>
        new(SharedData.FileNames("hostile", "pngsuite").Where(name => name[0] == 'x'));

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Sound))]
    public void A_sound_file_decodes(string name)
    {
        var path = SharedData.Require("hostile", "pngsuite", name);
        var size = File.ReadAllBytes(path).AsSpan(16, 8);

        var header = _decoder.ReadHeader(path);
        Square.Decode(_decoder, path, 32);

        var expected = (BinaryPrimitives.ReadInt32BigEndian(size), BinaryPrimitives.ReadInt32BigEndian(size[4..]));
        Assert.Equal(expected, (header.Width, header.Height));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused(string name)
    {
        var path = SharedData.Require("hostile", "pngsuite", name);

        var refusal = Assert.Throws<PortalException>(() => Square.Decode(_decoder, path, 32));

        Assert.True(refusal.Code is StatusCode.InputBadBytes or StatusCode.InputUnsupportedFormat, refusal.Message);
        Assert.Contains("PNG", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Files that the suite's description gives as one picture stored in different ways.</summary>
    [Theory]
    [InlineData("basn0g01", "basi0g01")]
    [InlineData("basn0g16", "basi0g16", "oi1n0g16", "oi2n0g16", "oi4n0g16", "oi9n0g16")]
    [InlineData("basn2c08", "basi2c08")]
    [InlineData("basn2c16", "basi2c16", "oi1n2c16", "oi2n2c16", "oi4n2c16", "oi9n2c16")]
    [InlineData("basn3p01", "basi3p01")]
    [InlineData("basn3p08", "basi3p08")]
    [InlineData("basn4a08", "basi4a08", "bgai4a08", "bgbn4a08")]
    [InlineData("basn4a16", "basi4a16", "bgai4a16", "bggn4a16")]
    [InlineData("basn6a08", "basi6a08", "bgan6a08", "bgwn6a08")]
    [InlineData("basn6a16", "basi6a16", "bgan6a16", "bgyn6a16")]
    [InlineData("s33n3p04", "s33i3p04")]
    [InlineData("s05n3p02", "s05i3p02")]
    [InlineData("tbbn3p08", "tbgn3p08", "tbwn3p08", "tbyn3p08", "tp1n3p08")]
    [InlineData("z00n2c08", "z03n2c08", "z06n2c08", "z09n2c08")]
    public void One_picture_stored_in_different_ways_decodes_to_the_same_bytes(string first, params string[] others)
    {
        var expected = Square.Decode(_decoder, SharedData.Require("hostile", "pngsuite", first + ".png"), 32).Rgb;

        foreach (var other in others)
        {
            Assert.Equal(
                expected,
                Square.Decode(_decoder, SharedData.Require("hostile", "pngsuite", other + ".png"), 32).Rgb
            );
        }
    }
}
