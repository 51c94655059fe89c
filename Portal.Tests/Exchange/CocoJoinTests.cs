using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>COCO's annotations come to their images as a join of whole lists would bring them.</summary>
public sealed class CocoJoinTests : IDisposable
{
    private const int KnownCategories = 9;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 3_000)]
    [InlineData(3, 100_000)]
    public async Task A_random_document_reads_like_a_join_of_lists(int seed, int annotationCount)
    {
        var random = new Random(seed);
        var imageCount = annotationCount / 3;
        var images = Enumerable
            .Range(0, imageCount)
            .Select(n => random.Next(20) == 0 ? random.Next(imageCount) : n)
            .ToList();
        var annotations = Enumerable
            .Range(0, annotationCount)
            .Select(_ => new Annotation(
                random.Next(50) == 0 ? null : random.Next(imageCount + imageCount / 10),
                random.Next(KnownCategories + 3),
                random.Next(3) == 0 ? Math.Round(random.NextDouble() * 1.2 - 0.1, 4) : null
            ))
            .ToList();

        var read = await ReadAsync(
            new JsonObject
            {
                ["info"] = new JsonObject { ["images"] = true },
                ["annotations"] = List(
                    annotations.Select(a =>
                        Members(
                            ("image_id", Id(random, a.Image)),
                            ("category_id", Id(random, a.Category)),
                            ("score", a.Score)
                        )
                    )
                ),
                ["images"] = List(images.Select(i => Members(("id", Id(random, i)), ("file_name", $"{i}.jpg")))),
                // An id that stands twice keeps its first name; one has no name, and two share one.
                ["categories"] = List(
                    Enumerable
                        .Range(0, KnownCategories)
                        .Append(0)
                        .Select(
                            (id, n) =>
                                Members(
                                    ("id", Id(random, id)),
                                    (
                                        "name",
                                        n == KnownCategories ? "late"
                                        : id == 5 ? null
                                        : NameOf(id)
                                    )
                                )
                        )
                ),
            }
        );

        var joined =
            from image in images
            join annotation in annotations on (int?)image equals annotation.Image into own
            select $"{image}.jpg: {string.Join(' ', Tags(own))}";
        var known = images.ToHashSet();
        var strays = annotations
            .Select(a => a.Image)
            .Distinct()
            .Where(i => i is null || !known.Contains(i.Value))
            .Select(i => $"annotations of image {i}: There is no image with that id in the document.");
        Assert.Equal(
            [.. joined, .. strays],
            read.Select(r =>
                r.Problem is null
                    ? $"{r.Reference}: {string.Join(' ', r.Tags.Select(t => Said(t.Label, t.Machine, t.Score)))}"
                    : $"{r.Where}: {r.Problem}"
            )
        );
    }

    private static IEnumerable<string> Tags(IEnumerable<Annotation> own) =>
        own.Where(a => a.Category < KnownCategories)
            .GroupBy(a => NameOf(a.Category))
            .Select(g => (g.Key, Score: g.Max(a => a.Score)))
            .Select(t => Said(t.Key, t.Score is not null, t.Score is < 0 or > 1 ? null : t.Score));

    private static string Said(string label, bool machine, double? score) =>
        string.Create(CultureInfo.InvariantCulture, $"{label}/{(machine ? "machine" : "person")}/{score}");

    private static string NameOf(int category) =>
        category switch
        {
            5 => "5",
            1 or 2 => "twice",
            _ => $"concept {category}",
        };

    private static JsonNode? Id(Random random, int? number) =>
        number is not { } id ? null
        : random.Next(2) == 0 ? id
        : id.ToString(CultureInfo.InvariantCulture);

    private static JsonArray List(IEnumerable<JsonObject> items) => [.. items];

    private static JsonObject Members(params (string Name, JsonNode? Value)[] members) =>
        new(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Name, m.Value)));

    private async Task<List<ImportedInput>> ReadAsync(JsonObject document)
    {
        using var files = ImportSource.Open(
            _folder.Write("coco.json", Encoding.UTF8.GetBytes(document.ToJsonString())),
            "coco.json",
            Path.Combine(_folder.Path, "d"),
            default
        );
        return await ExchangeFormats
            .GetReadable("coco")
            .ReadAsync(files, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    private sealed record Annotation(int? Image, int Category, double? Score);
}
