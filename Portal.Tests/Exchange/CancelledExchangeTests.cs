using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core.Data;
using Portal.Core.Domain.Jobs;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Jobs;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>
/// Exports and imports that are cancelled in the middle leave nothing half done, and can be started again.
/// </summary>
public sealed class CancelledExchangeTests
{
    // Long enough to be met in its middle, whose progress is stored a few times a second: two passes over the inputs.
    private const int ManyInputs = 150_000;
    private const string LongFormat = "coco";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_export_leaves_no_file_and_starts_again()
    {
        await using var host = await CoreHost.StartAsync();
        await AddInputsAsync(host);

        var first = await StartExportAsync(host);
        await Wait.ForAsync(() => JobAsync(host, first), job => job.Done > 0);
        Assert.Equal(".part", Path.GetExtension(Assert.Single(FilesIn(host))));
        await host.Get<JobService>().CancelAsync(host.App.Id, first.ExternalId, Ct);
        var cancelled = await EndedAsync(host, first);

        Assert.Equal(JobState.Cancelled, cancelled.State);
        Assert.InRange(cancelled.Done, 1, cancelled.Total - 1);
        Assert.Empty(FilesIn(host));
        Assert.Null(host.Get<ExchangeFiles>().ResultOf(first.ExternalId));

        var second = await StartExportAsync(host);
        Assert.Equal(JobState.Succeeded, (await EndedAsync(host, second)).State);
        using var zip = ZipFile.OpenRead(host.Get<ExchangeFiles>().ResultOf(second.ExternalId)!.FullName);
        using var reader = new StreamReader(zip.GetEntry("annotations/labels.json")!.Open());
        Assert.Equal(ManyInputs, (await reader.ReadToEndAsync(Ct)).Split("\"file_name\"").Length - 1);
    }

    [Fact]
    public async Task A_cancelled_import_keeps_whole_inputs_and_starts_again()
    {
        var open = new TaskCompletionSource();
        await using var server = Server(open.Task);
        await server.StartAsync(Ct);
        var network = new FakeNetwork(new Uri(server.Urls.First()).Port).With("pictures.test", ["93.184.215.14"]);
        await using var host = await CoreHost.StartAsync(services: s => s.AddSingleton<IOutboundNetwork>(network));

        var first = await StartImportAsync(host);
        await Wait.ForAsync(() => LabelsAsync(host), labels => labels.Count == 2);
        await host.Get<JobService>().CancelAsync(host.App.Id, first.ExternalId, Ct);

        Assert.Equal(JobState.Cancelled, (await EndedAsync(host, first)).State);
        Assert.Empty(FilesIn(host));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Root, "imports")));
        Assert.Equal(["1: cat", "2: cat"], await LabelsAsync(host));
        await using (var db = host.Db())
        {
            Assert.Equal(2, await db.Inputs.CountAsync(Ct));
        }

        open.SetResult();
        var second = await StartImportAsync(host);
        Assert.Equal(JobState.Succeeded, (await EndedAsync(host, second)).State);
        Assert.Equal(["1: cat", "2: cat", "3: cat", "4: cat"], await LabelsAsync(host));
        Assert.NotNull(host.Get<ExchangeFiles>().ResultOf(second.ExternalId));
    }

    /// <summary>Serves 1.jpg and 2.jpg at once, all others once it is let.</summary>
    private static WebApplication Server(Task open)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.MapGet(
            "/{number:int}.jpg",
            async (int number, CancellationToken gone) =>
            {
                if (number > 2)
                {
                    await open.WaitAsync(gone);
                }

                return Results.Bytes(Pictures.Any(number), "image/png");
            }
        );
        return server;
    }

    private static async Task AddInputsAsync(CoreHost host)
    {
        await using var db = host.Db();
        await db.Database.ExecuteSqlAsync(
            $$"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{ManyInputs}})
            INSERT INTO Inputs (AppId, ExternalId, CreatedById, Status, ContentHash, ByteLength, MediaType, Width, Height, FileName, Metadata, ClaimToken, Attempts, CreatedAt, ModifiedAt)
            SELECT {{host.App.Id}}, 'i' || n, {{host.User.Id}}, 30000, printf('%064x', n), 1000, 'image/jpeg', 400, 300, n || '.jpg', '{}', 0, 1, 1700000000000000 + n, 1700000000000000 + n FROM numbers
            """,
            Ct
        );
    }

    private static Task<Job> StartExportAsync(CoreHost host) =>
        host.Get<ExchangeService>()
            .StartExportAsync(host.App.Id, host.User.Id, new ExportRequest(LongFormat, WithPictures: false), Ct);

    private static async Task<Job> StartImportAsync(CoreHost host)
    {
        var list =
            "url,id,labels\n"
            + string.Concat(Enumerable.Range(1, 4).Select(n => $"http://pictures.test/{n}.jpg,{n},cat\n"));
        var file = await host.Get<ExchangeFiles>()
            .ReceiveAsync(host.App.Id, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(list)), null, Ct);
        return await host.Get<ExchangeService>()
            .StartImportAsync(
                host.App.Id,
                host.User.Id,
                file,
                "list.csv",
                ImportChoices.Of(ExchangeFormats.GetReadable("addresses")),
                Ct
            );
    }

    private static Task<Job> JobAsync(CoreHost host, Job job) =>
        host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, Ct);

    private static Task<Job> EndedAsync(CoreHost host, Job job) =>
        Wait.ForAsync(
            () => JobAsync(host, job),
            j => j.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled,
            TimeSpan.FromMinutes(3)
        );

    private static async Task<IReadOnlyList<string>> LabelsAsync(CoreHost host)
    {
        await using var db = host.Db();
        return await (
            from l in db.Labels
            join i in db.Inputs on l.InputId equals i.Id
            join c in db.Concepts on l.ConceptId equals c.Id
            where l.Value
            orderby i.ExternalId
            select i.ExternalId + ": " + c.ExternalId
        ).ToListAsync(Ct);
    }

    private static IEnumerable<string> FilesIn(CoreHost host) =>
        Directory.EnumerateFiles(Path.Combine(host.Root, "exports"));
}
