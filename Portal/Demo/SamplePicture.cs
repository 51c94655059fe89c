using Portal.Core.Errors;

namespace Portal.Demo;

/// <summary>One picture of the demo.</summary>
/// <param name="Concept">What it shows, or null where it shows none of the demo's concepts.</param>
/// <param name="IsLabelled">Whether a person labels it in the demo; the others are uploaded afterwards and hold the truth back.</param>
internal sealed record SamplePicture(string Path, string? Concept, bool IsLabelled)
{
    private const int Seed = 1;

    /// <summary>Code points nobody labels: women and men, and two kinds the classifier is to meet for the first time, mountain bikers and weight lifters.</summary>
    private static readonly string[] HeldBack = ["2640", "2642", "1f6b5", "1f3cb"];

    /// <summary>Noto Emoji's code points of people in motion.</summary>
    private static readonly Dictionary<string, string?> ConceptOfCode = new(StringComparer.Ordinal)
    {
        ["1f6b6"] = "walker",
        ["1f3c3"] = "runner",
        ["1f6b4"] = "bike_rider",
        ["1f6b5"] = "bike_rider",
        ["1f3ca"] = "swimmer",
        ["1f6a3"] = "rower",
        ["1f3cc"] = null,
        ["1f3cb"] = null,
        ["1f939"] = null,
    };

    public static IReadOnlyList<string> Concepts { get; } = [.. ConceptOfCode.Values.OfType<string>().Distinct()];

    /// <summary>What people see of it; the drawing's own name is a row of code points.</summary>
    public string FileName => $"{Concept ?? "other"}-{System.IO.Path.GetFileName(Path)}";

    /// <summary>
    /// Every sample picture, in a mixed order that is always the same. Skin tones and mirror images are variants of one drawing and stay on one side
    /// of the split: the drawings of women and men are held back, those of a person without a gender are labelled, at least six of each concept. Mountain bikers
    /// and weight lifters are held back altogether: what the classifier has never seen is what it should ask a person about.
    /// </summary>
    /// <exception cref="PortalException">The build did not leave the pictures beside the program.</exception>
    public static IReadOnlyList<SamplePicture> All()
    {
        var folder = System.IO.Path.Combine(AppContext.BaseDirectory, "sample");
        if (!Directory.Exists(folder))
            throw new PortalException(StatusCode.Failure, $"The demo's pictures are not at {folder}. Build the portal again with 'dotnet build'.");
        var pictures = Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal).Select(Read).ToArray();
        new Random(Seed).Shuffle(pictures);
        return pictures;
    }

    private static SamplePicture Read(string path)
    {
        var codes = System.IO.Path.GetFileNameWithoutExtension(path).Split('-');
        return new SamplePicture(path, ConceptOfCode[codes[0]], !codes.Intersect(HeldBack).Any());
    }
}
