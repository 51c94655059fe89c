using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;

namespace Portal.Tests.Imaging;

public class ImageSnifferTests
{
    [Theory]
    [InlineData("FFD8FFE0", ImageType.Jpeg, "image/jpeg")]
    [InlineData("89504E470D0A1A0A", ImageType.Png, "image/png")]
    [InlineData("474946383961", ImageType.Gif, "image/gif")]
    [InlineData("49492A00", ImageType.Tiff, "image/tiff")]
    [InlineData("4D4D002A", ImageType.Tiff, "image/tiff")]
    [InlineData("524946460000000057454250", ImageType.WebP, "image/webp")]
    [InlineData("0000001C6674797061766966000000006D696631", ImageType.Avif, "image/avif")]
    [InlineData("0000001C667479706D696631000000006D69663161766966", ImageType.Avif, "image/avif")]
    [InlineData("424D36000000000000003600000028000000", ImageType.Bmp, "image/bmp")]
    [InlineData("424D36000000000000001A0000000C000000", ImageType.Bmp, "image/bmp")]
    [InlineData("50350A3420340A3235350A", ImageType.Pnm, "image/x-portable-anymap")]
    [InlineData("50310A2361", ImageType.Pnm, "image/x-portable-anymap")]
    public void A_format_is_known_by_its_first_bytes(string hex, ImageType type, string mediaType)
    {
        var found = ImageSniffer.Sniff(Convert.FromHexString(hex));

        Assert.Equal(type, found);
        Assert.Equal(mediaType, found.MediaType());
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("0000000000000000", "nothing but zero bytes")]
    [InlineData("424D36000000", "BMP")]
    [InlineData("424D360000000000000036000000FF000000", "BMP")]
    [InlineData("50370A57", "text")]
    [InlineData("255044462D312E34", "PDF")]
    [InlineData("504B0304", "ZIP")]
    [InlineData("000000186674797068656963000000006D696631", "HEIC")]
    [InlineData("000000186674797069736F6D0000000069736F6D", "video")]
    [InlineData("0102030400", "no known image format")]
    public void What_is_no_accepted_image_is_refused_by_what_it_looks_like(string hex, string lookslike)
    {
        var refusal = Assert.Throws<PortalException>(() => ImageSniffer.Sniff(Convert.FromHexString(hex)));

        Assert.Equal(StatusCode.InputUnsupportedFormat, refusal.Code);
        Assert.Contains(lookslike, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG")]
    [InlineData("<?xml version='1.0'?><!-- a --><SVG/>", "SVG")]
    [InlineData("<!DOCTYPE html><p>", "HTML")]
    [InlineData("<?xml version='1.0'?><a/>", "XML")]
    [InlineData("hello", "plain text")]
    public void Text_is_refused_by_what_it_looks_like(string text, string looksLike)
    {
        var refusal = Assert.Throws<PortalException>(() => ImageSniffer.Sniff(Encoding.UTF8.GetBytes(text)));

        Assert.Contains(looksLike, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<ScRiPt>alert(1)</script>", true)]
    [InlineData("<html><body>", true)]
    [InlineData("<x:xmpmeta xmlns:x='adobe:ns:meta/'>", false)]
    public void An_image_that_also_holds_a_page_is_refused_and_one_with_metadata_is_not(string tail, bool refused)
    {
        byte[] bytes = [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.ASCII.GetBytes(tail)];

        var failure = Record.Exception(() => ImageSniffer.Sniff(bytes));

        Assert.Equal(refused, failure is PortalException { Code: StatusCode.InputUnsupportedFormat });
    }
}
