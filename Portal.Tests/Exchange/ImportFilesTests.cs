using System.Text;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>How files of an import are found: as sets and dictionaries of strings would find them.</summary>
public sealed class ImportFilesTests : IDisposable
{
    /// <summary>
    /// Long ones that begin alike, letters of one to four bytes whose order as UTF-16 is another, and much that
    /// repeats.
    /// </summary>
    private static readonly string[] Parts =
    [
        "a",
        "b",
        "A",
        "images",
        "images-of-cats",
        "images-of-cats-and-dogs",
        "12345678",
        "123456789",
        "1234567",
        "ü",
        "猫",
        "\uE000",
        "\uFFFD",
        "😀",
        "a b",
        "x.y",
        "-",
        "~",
    ];

    private static readonly string[] Extensions =
    [
        "",
        ".jpg",
        ".JPG",
        ".png",
        ".json",
        ".Json",
        ".mp4",
        ".",
        ".jpg.txt",
        ".tiff",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 40)]
    [InlineData(4, 3000)]
    [InlineData(5, 3000)]
    public void Files_are_found_as_a_dictionary_of_strings_would_find_them(int seed, int count)
    {
        var random = new Random(seed);
        var added = Enumerable.Range(0, count).Select(_ => RandomPath(random)).ToList();
        using var files = new ListedFiles(added);
        var paths = added
            .Distinct(StringComparer.Ordinal)
            .Order(
                Comparer<string>.Create(
                    (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))
                )
            )
            .ToList();
        var byName = paths.ToLookup(p => p.Split('/')[^1], StringComparer.Ordinal);
        var pictures = paths
            .Where(p => Path.GetExtension(p).ToLowerInvariant() is ".jpg" or ".png" or ".tiff")
            .ToList();
        var byStem = pictures.ToLookup(Path.GetFileNameWithoutExtension, StringComparer.Ordinal);

        Assert.Equal(paths, files.Paths);
        Assert.Equal(paths.Count, files.Paths.Count);
        Assert.Equal(added.Count - paths.Count, files.Refused.Count);
        Assert.Equal(pictures, files.Pictures);
        Assert.Equal(pictures.Count > 0, files.HasPictures);
        Assert.Equal(
            paths.Where(p => p.EndsWith(".json", StringComparison.OrdinalIgnoreCase)),
            files.WithExtension(".json")
        );
        Assert.All(
            paths,
            path =>
            {
                using var _ = files.Open(path);
                Assert.Equal(added.IndexOf(path), files.Opened);
            }
        );
        for (var n = 0; n < 2000; n++)
        {
            var (wanted, beside) = (
                RandomPath(random),
                random.Next(2) == 0 || count == 0 ? "" : added[random.Next(count)]
            );
            var neighbour = beside[..(beside.LastIndexOf('/') + 1)] + wanted;
            var named = byName[wanted.Split('/')[^1]].ToList();
            var expected =
                paths.Contains(wanted) ? wanted
                : paths.Contains(neighbour) ? neighbour
                : named is [var only] ? only
                : null;
            Assert.Equal(
                expected,
                files.Find(
                    random.Next(4) switch
                    {
                        0 => "./" + wanted,
                        1 => wanted.Replace('/', '\\'),
                        _ => wanted,
                    },
                    beside
                )
            );
            Assert.Equal(paths.Contains(wanted), files.Has(wanted));
            Assert.Equal(named, files.Named(wanted.Split('/')[^1]));
            Assert.Equal(byStem[wanted].FirstOrDefault(), files.PictureCalled(wanted));
        }
    }

    [Fact]
    public void A_reference_of_millions_of_dots_is_looked_for_at_once()
    {
        using var files = new ListedFiles(["a.jpg"]);

        Assert.Equal("a.jpg", files.Find(string.Concat(Enumerable.Repeat("./", 4 << 20)) + "a.jpg"));
        Assert.Null(files.Find(""));
        Assert.Null(files.Find("/"));
    }

    /// <summary>
    /// Where a backslash is a letter, a file's path as the portal sees it may be one that leads through a link.
    /// </summary>
    [Fact]
    public void A_backslash_in_a_files_name_leads_through_no_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A backslash is no letter there.");
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "in")).FullName;
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "a.png"), "outside");
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        Directory.CreateSymbolicLink(Path.Combine(root, "round"), root);
        Directory.CreateDirectory(Path.Combine(root, "cat"));
        File.WriteAllText(Path.Combine(root, @"link\a.png"), "inside");
        File.WriteAllText(Path.Combine(root, @"cat\b.png"), "second");
        File.WriteAllText(Path.Combine(root, "cat", "b.png"), "first");

        using var files = ImportSource.Open(root, "in", Path.Combine(_folder.Path, "d"), default);

        Assert.Equal(["cat/b.png", "link/a.png"], files.Paths);
        Assert.Equal("inside", files.Head("link/a.png"));
        Assert.Equal("first", files.Head("cat/b.png"));
        Assert.Equal(["cat/b.png", "link", "round"], files.Refused.Select(r => r.Name).Order(StringComparer.Ordinal));
    }

    private static string RandomPath(Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Parts[random.Next(Parts.Length)]))
        + Extensions[random.Next(Extensions.Length)];

    /// <summary>Names without files.</summary>
    private sealed class ListedFiles : ImportFiles
    {
        public ListedFiles(IEnumerable<string> names)
        {
            foreach (var name in names)
            {
                Add(name);
            }

            Seal();
        }

        /// <summary>The number that was opened last.</summary>
        public int Opened { get; private set; }

        protected override Stream Open(string path, int number)
        {
            Opened = number;
            return Stream.Null;
        }
    }
}
