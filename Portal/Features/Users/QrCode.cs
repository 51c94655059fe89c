using QRCoder;

namespace Portal.Features.Users;

/// <summary>Text as a picture that a phone reads.</summary>
internal static class QrCode
{
    private const int PixelsPerModule = 6;

    /// <returns>A PNG as a <c>data:</c> address: black on white, whatever the theme, with the white border readers
    /// need.</returns>
    public static string Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new PngByteQRCode(data);
        return $"data:image/png;base64,{Convert.ToBase64String(code.GetGraphic(PixelsPerModule))}";
    }
}
