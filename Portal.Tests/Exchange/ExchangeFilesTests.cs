using System.Net;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Who can reach the files of exports and imports, and how long they stay.</summary>
public sealed class ExchangeFilesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_is_its_owners_alone_and_gone_when_deleted()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"mine"},{"id":"other"}]}""").OkAsync();
        var owner = await portal.Get<UserService>().GetAsync(PortalFixture.OwnerId, Ct);
        var app = (await portal.Get<AppService>().OpenAsync(owner.Id, PortalFixture.OwnerId, "mine", Ct)).App;
        var job = await portal
            .Get<ExchangeService>()
            .StartExportAsync(app.Id, owner.Id, new ExportRequest("jsonl", true), Ct);
        await Wait.ForAsync(
            () => portal.Get<JobService>().GetAsync(app.Id, job.ExternalId, Ct),
            j => j.State == JobState.Succeeded
        );
        var path = $"/media/{PortalFixture.OwnerId}/mine/jobs/{job.ExternalId}/file";
        using var stranger = portal.ClientWith(await portal.KeyOfAsync("stranger"));
        using var nobody = portal.ClientWith(null);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await portal.Client.GetAsync(path.Replace("mine", "other", StringComparison.Ordinal), Ct)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (
                await portal.Client.GetAsync($"/media/{PortalFixture.OwnerId}/mine/jobs/..%2f..%2fportal/file", Ct)
            ).StatusCode
        );
        var answer = await portal.Client.GetAsync(path, Ct);
        Assert.Equal(
            (HttpStatusCode.OK, "mine-jsonl.zip"),
            (answer.StatusCode, answer.Content.Headers.ContentDisposition?.FileName)
        );

        portal.Get<ExchangeFiles>().DeleteResultOf(job.ExternalId);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Client.GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task An_upload_is_found_by_its_own_app_only()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var other = await host.Get<AppService>().CreateAsync(host.User.Id, "other", null, null, Ct);
        var files = host.Get<ExchangeFiles>();
        var id = await files.ReceiveAsync(
            host.App.Id,
            new MemoryStream("file_name,label\na.png,cat\n"u8.ToArray()),
            null,
            Ct
        );

        Assert.Single((await host.Get<ExchangeService>().PreviewAsync(host.App.Id, id, "a.csv", null, Ct)).Labels);
        foreach (var wrong in new[] { id[..^1], "../portal.db", id + "/../x" })
        {
            Assert.Throws<PortalException>(() => files.Open(host.App.Id, wrong, "a.csv", Ct));
        }

        Assert.Throws<PortalException>(() => files.Open(other.Id, id, "a.csv", Ct));
    }

    [Fact]
    public async Task What_no_job_will_finish_is_removed_at_the_next_start()
    {
        using var folder = new TemporaryFolder();
        string wanted;
        await using (var host = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            var files = host.Get<ExchangeFiles>();
            await files.ReceiveAsync(host.App.Id, new MemoryStream([1]), null, Ct);
            wanted = await files.ReceiveAsync(host.App.Id, new MemoryStream("file_name,label\n"u8.ToArray()), null, Ct);
            await host.Get<ExchangeService>()
                .StartImportAsync(
                    host.App.Id,
                    host.User.Id,
                    wanted,
                    "a.csv",
                    ImportChoices.Of(ExchangeFormats.Get("csv")),
                    Ct
                );
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "exports", "x.zip.part"), "half", Ct);
            Directory.CreateDirectory(Path.Combine(folder.Path, "imports", "y.unpacked"));
        }

        await using var again = await CoreHost.StartAsync(folder.Path, workers: false);

        Assert.EndsWith(
            wanted,
            Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "imports"))),
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "exports")));
    }
}
