using System.Numerics;

namespace Portal.Demo;

/// <summary>The colours of a light.</summary>
/// <param name="Tint">What the light makes of the colours of people and trees.</param>
/// <param name="Haze">How much of the distance is lost in the air, from 0 to 1.</param>
/// <param name="Shadow">How dark shadows are, from 0 to 1.</param>
internal sealed record ScenePalette(
    Vector3 SkyTop,
    Vector3 SkyLow,
    Vector3 Cloud,
    Vector3 Hill,
    Vector3 MeadowFar,
    Vector3 MeadowNear,
    Vector3 Water,
    Vector3 Tint,
    float Haze,
    float Shadow
)
{
    private static readonly ScenePalette Day = new(
        Rgb(0x4A9BEA),
        Rgb(0xD3ECFB),
        Rgb(0xFFFFFF),
        Rgb(0x6FA37A),
        Rgb(0xA3CE72),
        Rgb(0x6DB04A),
        Rgb(0x4A93EA),
        Vector3.One,
        0.2f,
        0.45f
    );

    public static ScenePalette Of(Light light) =>
        light switch
        {
            Light.Day => Day,
            Light.Morning => Day with
            {
                SkyTop = Rgb(0x86B7E8),
                SkyLow = Rgb(0xFFE3C2),
                Cloud = Rgb(0xFFF3E6),
                Hill = Rgb(0x86A78C),
                Haze = 0.4f,
                MeadowFar = Rgb(0xC3D583),
                MeadowNear = Rgb(0x84B556),
                Tint = new(1.03f, 0.99f, 0.92f),
                Shadow = 0.35f,
            },
            Light.Evening => Day with
            {
                SkyTop = Rgb(0x5C5AA8),
                SkyLow = Rgb(0xFFB778),
                Cloud = Rgb(0xFFC9A3),
                Hill = Rgb(0x6A5E86),
                Haze = 0.35f,
                MeadowFar = Rgb(0xB29B55),
                MeadowNear = Rgb(0x5F8240),
                Water = Rgb(0x4A76C4),
                Tint = new(0.98f, 0.86f, 0.78f),
                Shadow = 0.5f,
            },
            Light.Overcast => Day with
            {
                SkyTop = Rgb(0x9FB0C2),
                SkyLow = Rgb(0xDDE4EA),
                Cloud = Rgb(0xEEF1F4),
                Hill = Rgb(0x7E9A8C),
                Haze = 0.35f,
                MeadowFar = Rgb(0x9DBB7C),
                MeadowNear = Rgb(0x639A4E),
                Water = Rgb(0x4F89CC),
                Tint = new(0.94f, 0.96f, 0.98f),
                Shadow = 0.25f,
            },
            Light.Rain => Day with
            {
                SkyTop = Rgb(0x70839A),
                SkyLow = Rgb(0xBDC9D4),
                Cloud = Rgb(0xC6D0DA),
                Hill = Rgb(0x6A8580),
                Haze = 0.45f,
                MeadowFar = Rgb(0x88A774),
                MeadowNear = Rgb(0x4E8546),
                Tint = new(0.86f, 0.9f, 0.95f),
                Shadow = 0.2f,
            },
            Light.Autumn => Day with
            {
                SkyTop = Rgb(0x6FA9DD),
                SkyLow = Rgb(0xF6EBD6),
                Hill = Rgb(0xB98452),
                Haze = 0.25f,
                MeadowFar = Rgb(0xD9C06A),
                MeadowNear = Rgb(0xB69A45),
                Tint = new(1.02f, 0.97f, 0.9f),
            },
            Light.Winter => Day with
            {
                SkyTop = Rgb(0x8FB4D9),
                SkyLow = Rgb(0xEAF2F8),
                Hill = Rgb(0xA9BCCB),
                Haze = 0.3f,
                MeadowFar = Rgb(0xF3F7FB),
                MeadowNear = Rgb(0xDFE8F1),
                Tint = new(0.97f, 0.98f, 1.02f),
                Shadow = 0.25f,
            },
            _ => Day with
            {
                SkyTop = Rgb(0xC2CFD8),
                SkyLow = Rgb(0xEDF1F2),
                Cloud = Rgb(0xF3F5F6),
                Hill = Rgb(0x9DB3AB),
                Haze = 0.7f,
                MeadowFar = Rgb(0xC6D6B4),
                MeadowNear = Rgb(0x7DAA62),
                Water = Rgb(0x6298D8),
                Tint = new(0.97f, 0.98f, 0.99f),
                Shadow = 0.2f,
            },
        };

    public static Vector3 Rgb(int code) => new Vector3(code >> 16, (code >> 8) & 255, code & 255) / 255;
}
