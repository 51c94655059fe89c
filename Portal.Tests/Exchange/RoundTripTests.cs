using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Out of one app and into another: what a format can say comes back.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private CoreHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CoreHost.StartAsync(workers: false);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_own_format_gives_the_same_app_again(int seed)
    {
        await RandomApp.FillAsync(_host, seed);
        var copy = await NewAppAsync();

        var first = await ExportAsync(_host.App.Id, "jsonl");
        var report = await ImportAsync(copy, first);
        var second = await ExportAsync(copy.Id, "jsonl");

        Assert.Equal(0, report.Refused);
        Assert.Equal(Entries(first)["inputs.jsonl"], Entries(second)["inputs.jsonl"]);
        Assert.Equal(await LabelsAsync(_host.App.Id), await LabelsAsync(copy.Id));
        Assert.Equal(await ConceptsAsync(_host.App.Id), await ConceptsAsync(copy.Id));
    }

    [Fact]
    public async Task The_same_data_gives_the_same_bytes()
    {
        await RandomApp.FillAsync(_host, 4);
        foreach (var format in ExchangeFormats.All)
        {
            Assert.Equal(await ExportAsync(_host.App.Id, format.Id), await ExportAsync(_host.App.Id, format.Id));
        }
    }

    public static TheoryData<string> Foreign => [.. ExchangeFormats.All.Select(f => f.Id).Where(id => id != "jsonl")];

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_format_brings_back_every_label_it_can_hold(string id)
    {
        await RandomApp.FillAsync(_host, 5);
        var format = ExchangeFormats.Get(id);
        var copy = await NewAppAsync();

        var report = await ImportAsync(copy, await ExportAsync(_host.App.Id, id));

        var said = (await LabelsAsync(_host.App.Id))
            .Where(l => Holds(format, ExchangeDetail.Absent) || l.Value)
            .Select(l => Holds(format, ExchangeDetail.Maker) ? l : l with { Human = true })
            .ToList();
        if (!Holds(format, ExchangeDetail.SeveralConcepts))
        {
            said = [.. said.GroupBy(l => l.Hash).Select(g => g.First())];
        }

        Assert.Equal(0, report.Refused);
        Assert.Equal(said.Order(), (await LabelsAsync(copy.Id)).Order());
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Importing_again_changes_nothing(string id)
    {
        await RandomApp.FillAsync(_host, 6);
        var copy = await NewAppAsync();
        var zip = await ExportAsync(_host.App.Id, id);
        await ImportAsync(copy, zip);
        var before = Entries(await ExportAsync(copy.Id, "jsonl"))["inputs.jsonl"];

        var again = await ImportAsync(copy, zip);

        Assert.Equal((0, 0, 0), (again.Added, again.Tags, again.Refused));
        Assert.Equal(before, Entries(await ExportAsync(copy.Id, "jsonl"))["inputs.jsonl"]);
    }

    [Fact]
    public async Task A_label_a_person_gave_in_the_app_is_not_overruled_by_an_import()
    {
        var concept = await _host.ConceptAsync("cat");
        var input = await _host.AcceptAsync(1, new InputLabel("cat", true));
        var zip = await ExportAsync(_host.App.Id, "csv");
        await _host
            .Get<DecisionService>()
            .DecideAsync(_host.App.Id, _host.User.Id, [new NewDecision(input.Id, concept.Id, false)], Ct);

        var report = await ImportAsync(_host.App, zip);

        Assert.Equal((0, 1), (report.Tags, report.Partial));
        Assert.False(Assert.Single(await LabelsAsync(_host.App.Id)).Value);
    }

    [Fact]
    public async Task A_picture_that_is_gone_is_counted_and_stops_nothing()
    {
        await _host.ConceptAsync("cat");
        var lost = await _host.AcceptAsync(1, new InputLabel("cat", true));
        await _host.AcceptAsync(2, new InputLabel("cat", true));
        File.Delete(_host.Get<BlobStore>().PathOf(lost.ContentHash));

        using var file = new MemoryStream();
        var outcome = await _host
            .Get<Exporter>()
            .WriteAsync(_host.App.Id, new ExportRequest("coco", true), file, (_, _, _) => { }, Ct);

        Assert.Equal((2, 1, 1), (outcome.Inputs, outcome.Pictures, outcome.MissingPictures));
    }

    private static bool Holds(ExchangeFormat format, ExchangeDetail detail) => format.Held.HasFlag(detail);

    private async Task<App> NewAppAsync() =>
        await _host.Get<AppService>().CreateAsync(_host.User.Id, "copy", null, null, Ct);

    private async Task<byte[]> ExportAsync(long appId, string format)
    {
        using var file = new MemoryStream();
        await _host.Get<Exporter>().WriteAsync(appId, new ExportRequest(format, true), file, (_, _, _) => { }, Ct);
        return file.ToArray();
    }

    private async Task<(int Added, int Tags, int Refused, int Partial)> ImportAsync(App app, byte[] zip)
    {
        var path = Path.Combine(_host.Root, "import.zip");
        await File.WriteAllBytesAsync(path, zip, Ct);
        using var files = ImportSource.Open(path, "import.zip", path + ".d", Ct);
        using var rows = new MemoryStream();
        await using var report = new ImportReport(rows);
        await _host
            .Get<Importer>()
            .RunAsync(
                app.Id,
                _host.User.Id,
                files,
                ImportChoices.Of(ExchangeFormats.Of(files)),
                report,
                (_, _) => { },
                Ct
            );
        return (report.Count(ImportResult.Added), report.Tags, report.Count(ImportResult.Refused), report.Partial);
    }

    private sealed record Said(string Hash, string Concept, bool Value, bool Human) : IComparable<Said>
    {
        public int CompareTo(Said? other) => string.CompareOrdinal(ToString(), other?.ToString());
    }

    /// <summary>Labels by the picture's bytes, since most formats do not keep ids.</summary>
    private async Task<List<Said>> LabelsAsync(long appId)
    {
        await using var db = _host.Db();
        return await (
            from l in db.Labels
            join i in db.Inputs on l.InputId equals i.Id
            join c in db.Concepts on l.ConceptId equals c.Id
            where l.AppId == appId
            orderby i.ContentHash, c.Id
            select new Said(i.ContentHash, c.ExternalId, l.Value, l.IsHuman)
        ).ToListAsync(Ct);
    }

    private async Task<List<(string, string, string, string?)>> ConceptsAsync(long appId) =>
        [
            .. (await _host.Get<ConceptService>().ListAsync(appId, Ct)).Select(c =>
                (c.ExternalId, c.Name, c.Color, c.Hotkey)
            ),
        ];

    private static Dictionary<string, string> Entries(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive
            .Entries.Where(e => !e.FullName.StartsWith("images/", StringComparison.Ordinal))
            .ToDictionary(e => e.FullName, e => new StreamReader(e.Open()).ReadToEnd());
    }
}
