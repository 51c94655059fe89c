namespace Portal.Demo;

/// <summary>Somebody in motion, as one drawing shows them: skin tones and mirror images are variants of it.</summary>
/// <param name="Code">The emoji's code point.</param>
/// <param name="Gender">The code point of a woman or a man, or null for a person without a gender.</param>
internal sealed record Figure(string Code, string? Gender = null)
{
    public const string Woman = "2640";
    public const string Man = "2642";
    public const string Walker = "1f6b6";
    public const string Runner = "1f3c3";
    public const string Cyclist = "1f6b4";
    public const string MountainBiker = "1f6b5";
    public const string Swimmer = "1f3ca";
    public const string Rower = "1f6a3";
    public const string Golfer = "1f3cc";
    public const string WeightLifter = "1f3cb";
    public const string Juggler = "1f939";
    public const string Cartwheeler = "1f938";
    private static readonly string?[] Tones = [null, "1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"];

    public static int ToneCount => Tones.Length;

    /// <summary>What it is an example of, or null where none of the demo's concepts fits.</summary>
    public string? Concept =>
        Code switch
        {
            Walker => "walker",
            Runner => "runner",
            Cyclist or MountainBiker => "bike_rider",
            Swimmer => "swimmer",
            Rower => "rower",
            _ => null,
        };

    public bool IsInWater => Code is Swimmer or Rower;

    /// <summary>Its height as a part of a person's who stands.</summary>
    public float Height =>
        Code switch
        {
            Swimmer => 0.95f,
            Rower => 1.05f,
            Cartwheeler => 0.85f,
            _ => 1,
        };

    /// <summary>The file of one of its skin tones.</summary>
    public string FileName(int tone)
    {
        var name =
            Code
            + (
                Tones[tone] is { } t ? "-" + t
                : Code is Golfer or WeightLifter ? "-fe0f"
                : ""
            );
        return name + (Gender is null ? "" : $"-200d-{Gender}-fe0f") + ".webp";
    }
}
