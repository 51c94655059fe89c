namespace Portal.Tests.Support;

/// <summary>
/// Pictures of the tutorial's concepts: real photos where the shared data is there, the demo's drawings otherwise.
/// </summary>
internal static class TutorialPictures
{
    private static readonly (string Concept, string Codes)[] Drawings =
    [
        ("walker", "1f6b6"),
        ("runner", "1f3c3"),
        ("bike_rider", "1f6b4"),
    ];

    /// <summary>Concept id → files to label, and files to upload through the workflow.</summary>
    /// <param name="labelled">At most so many a concept, and never more than half of what there is.</param>
    public static IReadOnlyDictionary<string, (IReadOnlyList<string> Labelled, IReadOnlyList<string> Later)> Load(
        int labelled,
        int later
    ) =>
        Files()
            .ToDictionary(
                c => c.Concept,
                c =>
                {
                    var count = Math.Min(labelled, c.Files.Count / 2);
                    return (
                        (IReadOnlyList<string>)[.. c.Files.Take(count)],
                        (IReadOnlyList<string>)[.. c.Files.Skip(count).Take(later)]
                    );
                }
            );

    private static IEnumerable<(string Concept, List<string> Files)> Files()
    {
        var photos = Path.GetFullPath(Path.Combine(SharedData.RepositoryRoot, "..", "shared", "data", "park5"));
        if (Directory.Exists(photos))
        {
            return new[] { "walker", "runner", "bike_rider", "rollerblader", "stroller" }.Select(concept =>
                (concept, Sorted(Path.Combine(photos, concept), "*"))
            );
        }

        return Drawings.Select(d =>
            (d.Concept, Sorted(Path.Combine(AppContext.BaseDirectory, "sample"), d.Codes + "*"))
        );
    }

    private static List<string> Sorted(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];
}
