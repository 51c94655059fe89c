using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Pictures are taken many at a time, and come in as if they had been taken one after another.</summary>
public sealed class ImportBatchTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CoreHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CoreHost.StartAsync(workers: false);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rows_find_what_rows_before_them_brought()
    {
        foreach (var (name, seed) in new[] { ("a.png", 1), ("b.png", 2), ("copy.png", 2) })
        {
            Write(name, Pictures.Any(seed));
        }

        Write("broken.png", "no picture"u8.ToArray());
        Write(
            "tags.csv",
            """
            input_id,file_name,concept_id
            a,a.png,cat
            b,b.png,dog
            a,elsewhere.png,dog
            ,copy.png,cat
            ,broken.png,cat
            ,nowhere.png,cat
            b,b.png,dog
            """u8.ToArray()
        );

        var report = await ImportAsync();

        Assert.Equal(
            (2, 2, 1, 2),
            (
                report.Count(ImportResult.Added),
                report.Count(ImportResult.Tagged),
                report.Count(ImportResult.Unchanged),
                report.Count(ImportResult.Refused)
            )
        );
        Assert.Equal(["a: cat", "a: dog", "b: cat", "b: dog"], await LabelsAsync());
    }

    [Fact]
    public async Task A_name_that_two_rows_brought_is_nobodys()
    {
        Write("one/same.png", Pictures.Any(1));
        Write("two/same.png", Pictures.Any(2));
        Write("tags.csv", "file_name,concept_id\none/same.png,cat\ntwo/same.png,dog\nthree/same.png,cat\n"u8.ToArray());

        var report = await ImportAsync();

        Assert.Equal((2, 1), (report.Count(ImportResult.Added), report.Count(ImportResult.Refused)));
    }

    [Fact]
    public async Task One_row_that_cannot_be_written_stops_none_of_those_around_it()
    {
        const int Many = 40;
        const int Bad = 17;
        await _host.ConceptAsync("cat");
        for (var n = 0; n < Many; n++)
        {
            await _host.AcceptAsync(n, new InputLabel("cat", true));
        }

        await using (var file = File.Create(Path.Combine(_folder.Path, "all.zip")))
        {
            await _host
                .Get<Exporter>()
                .WriteAsync(_host.App.Id, new ExportRequest("jsonl", true), file, (_, _, _) => { }, Ct);
        }

        System.IO.Compression.ZipFile.ExtractToDirectory(
            Path.Combine(_folder.Path, "all.zip"),
            Path.Combine(_folder.Path, "in")
        );
        var path = Path.Combine(_folder.Path, "in", "inputs.jsonl");
        var lines = await File.ReadAllLinesAsync(path, Ct);
        var line = JsonNode.Parse(lines[Bad])!;
        line["annotations"]![0]!["written_status"] = 24158;
        lines[Bad] = line.ToJsonString();
        await File.WriteAllLinesAsync(path, lines, Ct);
        var copy = await _host.Get<AppService>().CreateAsync(_host.User.Id, "copy", null, null, Ct);

        var report = await ImportAsync(copy.Id);

        Assert.Equal((Many - 1, 1), (report.Count(ImportResult.Added), report.Count(ImportResult.Refused)));
        await using var db = _host.Db();
        Assert.Equal(Many - 1, await db.Labels.CountAsync(l => l.AppId == copy.Id && l.IsHuman, Ct));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_host.Root, "incoming")));
    }

    private void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.Path, "in", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private async Task<ImportReport> ImportAsync(long? appId = null)
    {
        using var files = ImportSource.Open(
            Path.Combine(_folder.Path, "in"),
            "in",
            Path.Combine(_folder.Path, "scratch"),
            Ct
        );
        await using var report = new ImportReport(Stream.Null);
        await _host
            .Get<Importer>()
            .RunAsync(
                appId ?? _host.App.Id,
                _host.User.Id,
                files,
                ImportChoices.Of(ExchangeFormats.Of(files)),
                report,
                (_, _) => { },
                Ct
            );
        return report;
    }

    private async Task<IReadOnlyList<string>> LabelsAsync()
    {
        await using var db = _host.Db();
        return await (
            from l in db.Labels
            join i in db.Inputs on l.InputId equals i.Id
            join c in db.Concepts on l.ConceptId equals c.Id
            where l.Value
            orderby i.ExternalId, c.ExternalId
            select i.ExternalId + ": " + c.ExternalId
        ).ToListAsync(Ct);
    }
}
