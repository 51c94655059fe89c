using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Storage;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Identity;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Jobs;

/// <summary>What the portal's owner sees of the work of all apps, and what of it can be pressed.</summary>
public sealed class SiteJobsPageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idle_portal_says_so()
    {
        await using var host = await PageHost.StartAsync();
        var page = Render(host, host.Scope.User);

        Assert.Contains(
            "No job runs and none waits",
            page.WaitForElement("section[aria-label='Running and waiting']").TextContent,
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll("section[aria-label='Failed inputs'], [role=alert]"));
        Assert.Contains(
            "No input was worked off",
            page.Find("figure svg").GetAttribute("aria-label"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nobody_but_the_owner_sees_anything_of_it()
    {
        await using var host = await PageHost.StartAsync("mia", Role.Owner);
        await FailAsync(host, "A reason.");

        var page = Render(host, host.Scope.User);

        Assert.Contains("Only the portal's owner", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("A reason.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_fails_is_said_once_until_it_works_again()
    {
        var (host, database) = await PageHost.StartHeldAsync();
        await using var _ = host;
        database.SetFull(true);

        var page = Render(host, host.Scope.User);

        Assert.Equal(
            "The disk of the data directory is full. Free some space. Until then nothing can be saved. What waits "
                + "goes on by itself.",
            Assert.Single(page.WaitForElements("[role=alert] .grow")).TextContent
        );
        Assert.Empty(page.FindAll(".skeleton, section"));
        database.SetFull(false);
        page.WaitForElement("section[aria-label='Running and waiting']", TimeSpan.FromSeconds(30));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task A_data_directory_that_fails_later_leaves_what_was_read()
    {
        var (host, database) = await PageHost.StartHeldAsync();
        await using var _ = host;
        var page = Render(host, host.Scope.User);
        page.WaitForElement("section[aria-label='Running and waiting']", TimeSpan.FromSeconds(30));

        database.SetFull(true);

        page.WaitForAssertion(() => Assert.Single(page.FindAll("[role=alert]")), TimeSpan.FromSeconds(30));
        Assert.NotEmpty(page.FindAll("section[aria-label='Running and waiting']"));
    }

    [Fact]
    public async Task Failed_inputs_stand_by_reason_and_are_tried_again_by_reason()
    {
        await using var host = await PageHost.StartAsync();
        await FailAsync(host, "Too large. Make it smaller.", 2);
        await FailAsync(host, "Gone. Upload it again.");
        var page = Render(host, host.Scope.User);
        var rows = page.WaitForElements("section[aria-label='Failed inputs'] li");
        Assert.Equal(
            ["2Too large. Make it smaller.", "1Gone. Upload it again."],
            rows.Select(row => row.QuerySelector("b")!.TextContent + row.QuerySelector(".what span")!.TextContent)
        );

        await rows[0].QuerySelector("button")!.ClickAsync(new());

        page.WaitForAssertion(() =>
            Assert.Equal(
                "Gone. Upload it again.",
                Assert.Single(page.FindAll("section[aria-label='Failed inputs'] li .what span:first-child")).TextContent
            )
        );
    }

    [Fact]
    public async Task Jobs_of_an_app_of_others_are_seen_and_left_alone()
    {
        await using var host = await PageHost.StartAsync();
        var stranger = await host.Core.UserAsync("stranger");
        var theirs = await host.Core.Get<AppService>().CreateAsync(stranger.Id, "theirs", null, null, Ct);
        await AddAsync(host, theirs.Id, stranger.Id, "Their import", JobState.Paused);
        await AddAsync(host, host.Core.App.Id, host.Core.User.Id, "My import", JobState.Paused);
        await AddAsync(host, theirs.Id, stranger.Id, "Their training", JobState.Failed, "No example. Label one.");

        var page = Render(host, host.Scope.User);

        page.WaitForElement("button[aria-label='Resume My import']");
        Assert.Empty(page.FindAll("button[aria-label='Resume Their import'], a[href='/apps/stranger/theirs/jobs']"));
        Assert.Contains(
            "No example. Label one.",
            page.Find("section[aria-label='Failed in the last seven days']").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains("theirs · started by stranger", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_job_is_cancelled_from_here()
    {
        await using var host = await PageHost.StartAsync();
        await AddAsync(host, host.Core.App.Id, host.Core.User.Id, "My import", JobState.Paused);
        var page = Render(host, host.Scope.User);

        await page.WaitForElement("button[aria-label='Cancel My import']").ClickAsync(new());

        await Wait.ForAsync(
            () => host.Core.Get<JobService>().ListAsync(host.Core.App.Id, 1, Ct),
            jobs => jobs[0].State == JobState.Cancelled
        );
    }

    [Fact]
    public async Task Stored_files_that_no_input_names_wait_for_the_owners_word()
    {
        using var folder = new TemporaryFolder();
        await using (var core = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            await core.AcceptAsync(1);
            var blobs = core.Get<BlobStore>();
            for (byte i = 0; i < 21; i++)
            {
                blobs.Keep(
                    await blobs.ReceiveAsync(new MemoryStream([i]), new SizeLimit(100, "image", "Imaging:MaxBytes"), Ct)
                );
            }
        }
        await using var host = PageHost.Over(await CoreHost.StartAsync(folder.Path, workers: false));
        var page = Render(host, host.Scope.User);
        Assert.Contains(
            "No input names 21 of the stored files",
            page.WaitForElement("section[aria-label='Stored files that no input names']").TextContent,
            StringComparison.Ordinal
        );

        await page.FindAll("button").Single(b => b.TextContent == "Move them to quarantine").ClickAsync(new());

        Assert.Empty(page.FindAll("section[aria-label='Stored files that no input names']"));
        Assert.Equal(0, host.Core.Get<BlobCleanup>().HeldCount);
        Assert.Contains(host.Toasts.Shown, t => t.Text == "Moved 21 stored files to quarantine.");
    }

    private static IRenderedComponent<SiteJobsPage> Render(PageHost host, CurrentUser user)
    {
        host.Context.Services.AddSingleton(new SiteOwner(Options.Create(new OwnerOptions { UserId = "owner" })));
        host.Context.RenderTree.Add<CascadingValue<CurrentUser>>(parameters => parameters.Add(c => c.Value, user));
        return host.Context.Render<SiteJobsPage>();
    }

    private static async Task FailAsync(PageHost host, string reason, int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var input = await host.Core.ProcessedAsync(reason.Length + i);
            await using var db = host.Core.Db();
            await db
                .Inputs.Where(row => row.Id == input.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.Status, StatusCode.InputFailed)
                            .SetProperty(row => row.StatusDetail, reason),
                    Ct
                );
        }
    }

    private static async Task AddAsync(
        PageHost host,
        long appId,
        long userId,
        string title,
        JobState state,
        string message = ""
    )
    {
        await using var db = host.Core.Db();
        var now = DateTime.UtcNow;
        db.Jobs.Add(
            new Job
            {
                ExternalId = title.Replace(" ", "-", StringComparison.Ordinal),
                AppId = appId,
                Kind = "unknown",
                Title = title,
                Parameters = "{}",
                State = state,
                Message = message,
                CreatedById = userId,
                CreatedAt = now,
                StartedAt = now,
                FinishedAt = now,
            }
        );
        await db.SaveChangesAsync(Ct);
    }
}
