using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core.Data;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Lists of addresses, fetched from a real server behind a network of the test's making.</summary>
public sealed class AddressListTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _server;
    private CoreHost _host = null!;
    private int _asked;
    private byte[] _video = [];

    public AddressListTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet(
            "/{number:int}.jpg",
            (int number) => (Interlocked.Increment(ref _asked), Results.Bytes(Pictures.Any(number), "text/html")).Item2
        );
        _server.MapGet(
            "/video.mp4",
            () => (Interlocked.Increment(ref _asked), Results.Bytes(_video, "text/html")).Item2
        );
        _server.MapGet("/page", () => Results.Content("<html>no picture</html>", "image/png"));
        _server.MapGet("/moved", () => Results.Redirect("http://pictures.test/7.jpg"));
        _server.MapGet("/inward", () => Results.Redirect("http://169.254.169.254/latest"));
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        var network = new FakeNetwork(new Uri(_server.Urls.First()).Port).With("pictures.test", ["93.184.215.14"]);
        _host = await CoreHost.StartAsync(workers: false, services: s => s.AddSingleton<IOutboundNetwork>(network));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Videos_of_a_list_are_taken_without_its_labels_and_once()
    {
        _video = await TestVideos.OfColoursAsync(1, "red");
        const string List = "url,concepts\nhttp://pictures.test/video.mp4,\nhttp://pictures.test/video.mp4?again,cat\n";

        var first = await ImportAsync("list.csv", List);

        Assert.Equal([ImportResult.Added, ImportResult.Unchanged], first.Select(r => r.Result).Order());
        Assert.Contains(
            "label its frames",
            first.Single(r => r.Reference.EndsWith("again", StringComparison.Ordinal)).Detail,
            StringComparison.Ordinal
        );
        await using var db = _host.Db();
        Assert.Equal(
            (1, 0),
            (
                await db.Videos.CountAsync(TestContext.Current.CancellationToken),
                await db.Inputs.CountAsync(TestContext.Current.CancellationToken)
            )
        );
    }

    [Theory]
    [InlineData("list.csv", "id,url\nwalk,http://pictures.test/video.mp4\n")]
    [InlineData("list.jsonl", """{"id":"walk","url":"http://pictures.test/video.mp4"}""")]
    [InlineData("addresses.txt", "http://pictures.test/video.mp4\n")]
    public async Task A_video_of_a_list_is_here_already_when_the_list_comes_again(string name, string list)
    {
        _video = await TestVideos.OfColoursAsync(1, "red");
        var added = Assert.Single(await ImportAsync(name, list));

        var again = Assert.Single(await ImportAsync(name, list));

        Assert.Equal((ImportResult.Added, ImportResult.Unchanged), (added.Result, again.Result));
        Assert.Equal((added.InputId, ""), (again.InputId, again.Detail));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_folder_of_videos_is_imported()
    {
        var tree = Directory.CreateDirectory(Path.Combine(_folder.Path, "tree", "cat")).FullName;
        await File.WriteAllBytesAsync(
            Path.Combine(tree, "video.mp4"),
            await TestVideos.OfColoursAsync(1, "red"),
            TestContext.Current.CancellationToken
        );
        using var files = ImportSource.Open(
            Path.GetDirectoryName(tree)!,
            "tree",
            Path.Combine(_folder.Path, "scratch"),
            TestContext.Current.CancellationToken
        );

        await using var report = new ImportReport(Stream.Null);
        await _host
            .Get<Importer>()
            .RunAsync(
                _host.App.Id,
                _host.User.Id,
                files,
                ImportChoices.Of(ExchangeFormats.Of(files)),
                report,
                (_, _) => { },
                TestContext.Current.CancellationToken
            );

        // The folder would be a label, which a video does not take.
        Assert.Equal((1, 1), (report.Count(ImportResult.Added), report.Partial));
    }

    [Fact]
    public async Task Csv_columns_are_found_by_name_and_each_row_has_its_own_end()
    {
        await _host.ConceptAsync("cat");
        var report = await ImportAsync(
            "list.csv",
            """
            ID,Image_URL,labels,metadata.city,metadata,comment
            one,http://pictures.test/1.jpg,cat;dog,Bern,"{""year"":2024}",x
            ,http://pictures.test/moved,,,,
            ,http://pictures.test/1.jpg,bird,,,
            ,http://pictures.test/page,,,,
            ,http://pictures.test/inward,,,,
            ,http://pictures.test/404,,,,
            ,pictures.test/2.jpg,,,,
            ,,cat,,,
            ,http://pictures.test:99999/1.jpg,,,,
            """
        );

        Assert.Equal(
            ["Added", "Added", "Tagged", "Refused", "Refused", "Refused", "Refused", "Refused", "Refused"],
            report.Select(r => r.Result.ToString())
        );
        Assert.Contains(
            "no address that begins with http",
            report.Single(r => r.Where == "row 8").Detail,
            StringComparison.Ordinal
        );
        Assert.Contains("no valid address", report.Single(r => r.Where == "row 10").Detail, StringComparison.Ordinal);
        var input = await _host
            .Get<InputService>()
            .GetAsync(_host.App.Id, "one", TestContext.Current.CancellationToken);
        Assert.Equal("""{"city":"Bern","year":2024}""", input.Metadata);
        Assert.Equal("http://pictures.test/1.jpg", input.SourceUrl);
        await using var db = _host.Db();
        Assert.Equal(
            ["bird", "cat", "dog"],
            await db
                .Concepts.OrderBy(c => c.ExternalId)
                .Select(c => c.ExternalId)
                .ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(2, await db.Inputs.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_fetched_is_not_fetched_again()
    {
        var list = string.Join('\n', Enumerable.Range(1, 40).Select(n => $"http://pictures.test/{n}.jpg"));
        Assert.All(await ImportAsync("addresses.txt", list), row => Assert.Equal(ImportResult.Added, row.Result));
        Assert.Equal(40, _asked);

        Assert.All(await ImportAsync("addresses.txt", list), row => Assert.Equal(ImportResult.Unchanged, row.Result));

        Assert.Equal(40, _asked);
    }

    [Fact]
    public async Task Json_lines_name_concepts_as_a_list_and_metadata_as_an_object()
    {
        await ImportAsync(
            "list.jsonl",
            """
            {"url":"http://pictures.test/1.jpg","id":"a","concepts":["red",{"id":"blue"}],"metadata":{"deep":{"x":1}}}
            {"url":"http://pictures.test/2.jpg","metadata":5}
            not json
            """,
            refused: 2
        );

        await using var db = _host.Db();
        Assert.Equal(
            ["blue", "red"],
            await db
                .Concepts.OrderBy(c => c.ExternalId)
                .Select(c => c.ExternalId)
                .ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            """{"deep":{"x":1}}""",
            Assert.Single(await db.Inputs.ToListAsync(TestContext.Current.CancellationToken)).Metadata
        );
    }

    [Theory]
    [InlineData("a.txt", "http://pictures.test/1.jpg\n", "One address a line.")]
    [InlineData("a.csv", "url,label,other\n", "Addresses from “url”, concepts from “label”. Not read: other.")]
    [InlineData("a.jsonl", """{"id":1,"url":"http://pictures.test/1.jpg"}""", "Addresses from “url”, ids from “id”.")]
    public void The_preview_says_how_columns_are_read(string name, string content, string words)
    {
        using var files = Open(name, content);
        Assert.Equal("addresses", ExchangeFormats.Of(files).Id);
        Assert.Equal(words, ExchangeFormats.Of(files).Explain(files));
    }

    [Theory]
    [InlineData("a.csv", "file_name,label\na.jpg,cat\n")]
    [InlineData("a.csv", "url,label,value\nhttp://x.test/1.jpg,cat,0\n")]
    public void A_table_of_labels_stays_one(string name, string content)
    {
        using var files = Open(name, content);
        Assert.Equal("csv", ExchangeFormats.Of(files).Id);
    }

    private ImportFiles Open(string name, string content) =>
        ImportSource.Open(
            _folder.Write(name, System.Text.Encoding.UTF8.GetBytes(content)),
            name,
            Path.Combine(_folder.Path, "scratch"),
            TestContext.Current.CancellationToken
        );

    private async Task<List<ImportRow>> ImportAsync(string name, string content, int refused = -1)
    {
        using var files = Open(name, content);
        using var csv = new MemoryStream();
        await using (var report = new ImportReport(csv))
        {
            await _host
                .Get<Importer>()
                .RunAsync(
                    _host.App.Id,
                    _host.User.Id,
                    files,
                    ImportChoices.Of(ExchangeFormats.Of(files)),
                    report,
                    (_, _) => { },
                    TestContext.Current.CancellationToken
                );
            if (refused >= 0)
            {
                Assert.Equal(refused, report.Count(ImportResult.Refused));
            }
        }
        csv.Position = 0;
        using var reader = new CsvHelper.CsvReader(
            new StreamReader(csv),
            System.Globalization.CultureInfo.InvariantCulture
        );
        await reader.ReadAsync();
        reader.ReadHeader();
        var rows = new List<ImportRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(
                new ImportRow(
                    reader["where"]!,
                    reader["picture"]!,
                    reader["input_id"],
                    Enum.Parse<ImportResult>(reader["result"]!, ignoreCase: true),
                    int.Parse(reader["tags"]!, System.Globalization.CultureInfo.InvariantCulture),
                    reader["detail"]!
                )
            );
        }
        return
        [
            .. rows.OrderBy(r => int.Parse(r.Where.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }
}
