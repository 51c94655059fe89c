using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

/// <summary>Pictures as people have them, each of which went wrong once.</summary>
public class CasesTests
{
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    [Fact]
    public void A_jpeg_without_its_end_marker_alone_is_whole()
    {
        var square = Square.Decode(_decoder, Case("no-eoi.jpg"), 64);

        Assert.Equal(Square.Decode(_decoder, Case("base.jpg"), 64).Rgb, square.Rgb);
    }

    [Theory]
    [InlineData("half.jpg")]
    [InlineData("minus-40.jpg")]
    public void A_jpeg_that_lacks_pixels_is_refused(string name)
    {
        var refusal = Assert.Throws<PortalException>(() => Square.Decode(_decoder, Case(name), 64));

        Assert.Equal(StatusCode.InputBadBytes, refusal.Code);
    }

    [Fact]
    public void Twelve_bits_in_sixteen_are_stretched_to_full()
    {
        var square = Square.Decode(_decoder, Case("grey12in16.png"), 64);

        Assert.True(square.Rgb.Max() > 127, $"The brightest sample is {square.Rgb.Max()}.");
    }

    private static string Case(string name) => SharedData.Require("cases", "pictures", name);
}
