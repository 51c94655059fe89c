using Portal.Tests.Support;

namespace Portal.Bench;

/// <summary>The photos that are measured with: real ones where the shared data has them, else drawn ones.</summary>
internal static class BenchImages
{
    private const int DrawnSide = 554;

    /// <returns>Paths of image files, at most <paramref name="count"/>.</returns>
    public static IReadOnlyList<string> Find(string folder, int count)
    {
        var shared = SharedPhotos();
        if (shared is not null)
        {
            var photos = Directory
                .EnumerateFiles(shared, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .ToList();
            // Evenly from the whole set, so that every folder and size of photo takes part.
            return
            [
                .. Enumerable
                    .Range(0, Math.Min(count, photos.Count))
                    .Select(i => photos[i * photos.Count / Math.Min(count, photos.Count)]),
            ];
        }
        // As many pixels as 640 × 480.
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(seed =>
                {
                    var path = Path.Combine(folder, $"{seed}.png");
                    File.WriteAllBytes(
                        path,
                        Pictures.Square(seed, ((byte)(seed * 7), 120, 200), (200, (byte)(seed * 11), 30), DrawnSide)
                    );
                    return path;
                }),
        ];
    }

    /// <summary>The folder that holds the solution file.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    private static string? SharedPhotos()
    {
        var photos = Path.Combine(RepositoryRoot, "..", "shared", "data", "park5");
        return Directory.Exists(photos) ? photos : null;
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AutoAnnotatePortal.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException(
            $"AutoAnnotatePortal.sln lies in no folder above {AppContext.BaseDirectory}."
        );
    }
}
