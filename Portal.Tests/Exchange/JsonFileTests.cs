using System.Text;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>JSON documents that are read piece by piece, whatever their order, length and condition.</summary>
public sealed class JsonFileTests : IDisposable
{
    /// <summary>Bytes that are read at once.</summary>
    private const int Block = 64 * 1024;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Formats => ["coco", "datumaro", "fiftyone", "labelstudio"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("coco")]
    [InlineData("datumaro")]
    [InlineData("fiftyone")]
    public async Task Properties_may_stand_in_any_order(string format)
    {
        string[] properties =
        [
            .. Properties(format, 3),
            """ "info":{"images":[{}],"annotations":[{}],"items":[{}],"labels":{"x":0},"deep":[[{"items":[{}]}]]} """,
        ];
        foreach (var order in Permutations(properties))
        {
            var read = await ReadAsync(format, $"{{{string.Join(',', order)}}}", recognised: false);
            Assert.Equal(["0.jpg: cat", "1.jpg: dog", "2.jpg: cat"], read.Select(Said));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_block_may_end_anywhere_in_a_piece(string format)
    {
        var names = new[] { "ü\U0001F600.jpg", """a\"b\\c\/d.jpg""", @"\u00fc\ud83d\ude00.jpg", "plain.jpg" };
        var document = Document(format, names);
        var bytes = Encoding.UTF8.GetByteCount(document);
        var gap = document.LastIndexOf('{', document.IndexOf(names[0], StringComparison.Ordinal));
        for (var at = gap; at <= bytes; at++)
        {
            var read = await ReadAsync(format, document.Insert(gap, new string(' ', Block - at)));
            Assert.Equal(
                names.Select(n => JsonSerializer.Deserialize<string>($"\"{n}\"")),
                read.Select(r => r.Reference)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_piece_may_be_longer_than_a_block(string format)
    {
        var names = Enumerable.Range(1, 5).Select(n => new string((char)('a' + n), n * Block) + ".jpg").ToArray();

        var read = await ReadAsync(format, Document(format, names));

        Assert.Equal(names, read.Select(r => r.Reference));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_piece_that_is_too_long_is_refused(string format)
    {
        var refusal = await RefusalAsync(format, Document(format, ["a.jpg", new string('b', 9 << 20)]));

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Contains(
            "'in.json' has an element of more than 8,388,608 bytes.",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("coco")]
    [InlineData("datumaro")]
    [InlineData("fiftyone")]
    public async Task What_is_not_wanted_may_be_longer_than_a_piece(string format)
    {
        var unwanted = $"[{string.Join(',', Enumerable.Repeat("""[{"a":[1,2.5e3,null,true,"x"]}]""", 300_000))}]";

        var read = await ReadAsync(
            format,
            $$"""{{{string.Join(',', Properties(format, ["a.jpg"]))}},"other":{{unwanted}}}"""
        );

        Assert.Equal("a.jpg", Assert.Single(read).Reference);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_byte_order_mark_may_come_first(string format)
    {
        var read = await ReadAsync(format, "\uFEFF" + Document(format, ["a.jpg"]));

        Assert.Equal("a.jpg", Assert.Single(read).Reference);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Nothing_is_taken_of_a_document_that_is_broken_at_its_end(string format)
    {
        var document = Document(format, [.. Enumerable.Range(0, 5_000).Select(n => $"{n}.jpg")]);
        string[] broken =
        [
            document[..^1],
            document + "x",
            document + document,
            document[..^1] + ",",
            document[..^2],
            $"{document[..^1]},\"deep\":{new string('[', 70)}",
        ];
        foreach (var text in broken)
        {
            var refusal = await RefusalAsync(format, text);
            Assert.StartsWith("'in.json' is no valid JSON: ", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"images":[{"id":1,"file_name":"\ud800.jpg"}]}""")]
    [InlineData("""{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"image_id":"\udc00"}]}""")]
    [InlineData("""{"classes":["a"],"labels":{"\ud800":0}}""")]
    public async Task Half_a_surrogate_pair_is_refused(string document)
    {
        var refusal = await RefusalAsync(
            document.Contains("classes", StringComparison.Ordinal) ? "fiftyone" : "coco",
            document
        );

        Assert.Contains("not valid Unicode", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"images":{"id":1,"file_name":"a.jpg"},"categories":7,"annotations":null}""", "coco")]
    [InlineData("""{"classes":{"a":0},"labels":[0]}""", "fiftyone")]
    [InlineData("""{"categories":{"label":["attributes"]},"items":{"a":{}}}""", "datumaro")]
    public async Task What_is_of_another_kind_holds_nothing(string document, string format) =>
        Assert.Empty(await ReadAsync(format, document, recognised: false));

    [Fact]
    public async Task Of_a_property_that_stands_twice_both_count()
    {
        var read = await ReadAsync(
            "coco",
            """
            {"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"cat"}],"annotations":[{"image_id":1,"category_id":1}],
             "categories":[{"id":2,"name":"dog"}],"annotations":[{"image_id":2,"category_id":2}],"images":[{"id":2,"file_name":"b.jpg"}]}
            """
        );

        Assert.Equal(["a.jpg: cat", "b.jpg: dog"], read.Select(Said));
    }

    private static string Said(ImportedInput input) =>
        $"{input.Reference}: {string.Join(',', input.Tags.Select(t => t.Label))}";

    private static string[] Properties(string format, int count) =>
        Properties(format, [.. Enumerable.Range(0, count).Select(n => $"{n}.jpg")]);

    /// <summary>Properties of a document whose pictures are a cat and a dog in turn.</summary>
    /// <param name="names">Of the pictures, as they stand between quotes.</param>
    private static string[] Properties(string format, IReadOnlyList<string> names)
    {
        string List(Func<string, int, string> write) => string.Join(',', names.Select(write));
        return format switch
        {
            "coco" =>
            [
                """ "categories":[{"id":0,"name":"cat","supercategory":""},{"id":1,"name":"dog","supercategory":""}] """,
                $"\"images\":[{List((name, n) => $$"""{"id":{{n}},"file_name":"{{name}}"}""")}]",
                $"\"annotations\":[{List((_, n) => $$"""{"image_id":{{n}},"category_id":{{n % 2}}}""")}]",
            ],
            "datumaro" =>
            [
                """ "categories":{"mask":{},"label":{"attributes":[],"labels":[{"name":"cat"},{"name":"dog"}]}} """,
                $"\"items\":[{List((name, n) => $$$"""{"id":"{{{n}}}","image":{"path":"{{{name}}}"},"annotations":[{"label_id":{{{n % 2}}},"attributes":{}}]}""")}]",
            ],
            "fiftyone" =>
            [
                """ "classes":["cat","dog"] """,
                $"\"labels\":{{{List((name, n) => $"\"{name}\":{n % 2}")}}}",
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    private static string Document(string format, IReadOnlyList<string> names) =>
        format == "labelstudio"
            ? $"[{string.Join(',', names.Select(name => $$$"""{"data":{"image":"{{{name}}}"}}"""))}]"
            : $"{{{string.Join(',', Properties(format, names))}}}";

    private static IEnumerable<IEnumerable<string>> Permutations(string[] items) =>
        items.Length == 0
            ?
            [
                [],
            ]
            : items.SelectMany(first =>
                Permutations([.. items.Where(i => i != first)]).Select(rest => rest.Prepend(first))
            );

    private async Task<PortalException> RefusalAsync(string format, string document)
    {
        using var files = Open(document);
        await using var read = ExchangeFormats
            .GetReadable(format)
            .ReadAsync(files, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        return await Assert.ThrowsAsync<PortalException>(async () => await read.MoveNextAsync());
    }

    private async Task<List<ImportedInput>> ReadAsync(string format, string document, bool recognised = true)
    {
        using var files = Open(document);
        if (recognised)
        {
            Assert.Equal(format, ExchangeFormats.Of(files).Id);
        }

        return await ExchangeFormats
            .GetReadable(format)
            .ReadAsync(files, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    private ImportFiles Open(string document) =>
        ImportSource.Open(
            _folder.Write("in.json", Encoding.UTF8.GetBytes(document)),
            "in.json",
            Path.Combine(_folder.Path, "d"),
            default
        );
}
