using Bunit;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Features.Explorer;
using Portal.Shared.Components;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// What the Explorer and the Duplicates page say when there is nothing, something, or something is wrong.
/// </summary>
public sealed class ExplorerPageTests
{
    [Fact]
    public async Task An_empty_app_asks_for_images_and_an_empty_filter_can_be_cleared()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<ExplorerPage>();
        page.WaitForAssertion(() =>
            Assert.Contains("Upload images to begin", page.Find(".empty").TextContent, StringComparison.Ordinal)
        );

        await host.Core.AcceptAsync(1);
        page.WaitForAssertion(
            () => Assert.Equal("1 input", page.Find(".toolbar [role=status]").TextContent),
            TimeSpan.FromSeconds(30)
        );
        // The page may draw itself anew at any time while its input is worked on.
        await page.InvokeAsync(() =>
            page.FindAll(".facet")
                .Single(f => f.TextContent.Contains("Failed", StringComparison.Ordinal))
                .QuerySelector("input")!
                .ChangeAsync(new() { Value = true })
        );

        page.WaitForAssertion(() =>
            Assert.Contains("No input matches", page.Find(".empty").TextContent, StringComparison.Ordinal)
        );
        await page.InvokeAsync(() => page.Find(".empty button").ClickAsync(new()));
        page.WaitForAssertion(() => Assert.Equal("1 input", page.Find(".toolbar [role=status]").TextContent));
    }

    [Fact]
    public async Task Trouble_is_said_in_place_and_can_be_tried_again()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.AcceptAsync(1);
        await using var db = host.Core.Db();
        await db.Database.ExecuteSqlRawAsync(
            "ALTER TABLE \"SavedFilters\" RENAME TO \"Away\"",
            Xunit.TestContext.Current.CancellationToken
        );
        var page = host.Context.Render<ExplorerPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));

        await db.Database.ExecuteSqlRawAsync(
            "ALTER TABLE \"Away\" RENAME TO \"SavedFilters\"",
            Xunit.TestContext.Current.CancellationToken
        );
        await page.InvokeAsync(() =>
            page.FindAll("button").Single(b => b.TextContent == "Try again").ClickAsync(new())
        );

        page.WaitForAssertion(
            () => Assert.Equal("1 input", page.Find(".toolbar [role=status]").TextContent),
            TimeSpan.FromSeconds(30)
        );
    }

    [Fact]
    public async Task Duplicates_are_shown_in_groups_kept_or_deleted_and_brought_back()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.AcceptAsync(1);
        var alone = host.Context.Render<DuplicatesPage>();
        alone.WaitForAssertion(() =>
            Assert.Contains("No two files are equal", alone.Find(".empty").TextContent, StringComparison.Ordinal)
        );

        var inputs = host.Core.Get<InputService>();
        await inputs.AcceptAsync(
            host.Core.App.Id,
            host.Core.User.Id,
            new NewInput("again", "<i>again.png"),
            new MemoryStream(Pictures.Any(1)),
            default
        );
        var page = host.Context.Render<DuplicatesPage>();
        page.WaitForAssertion(() => Assert.Equal("1 group", page.Find(".row [role=status]").TextContent));
        Assert.Contains("<i>again.png", page.FindAll(".pictures .ellipsis").Select(n => n.TextContent));
        page.Find(".group .danger").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".group")));
        Assert.Equal(1, await host.Core.Get<InputQueries>().CountAsync(host.Core.App.Id, new InputFilter(), default));

        var toast = Assert.Single(host.Toasts.Shown);
        Assert.Equal("Deleted 1 input", toast.Text);
        await page.InvokeAsync(() => host.Toasts.UndoAsync(toast));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".group")));
    }

    [Fact]
    public async Task Pictures_that_are_nearly_the_same_are_looked_for_when_asked()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<DuplicatesPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".empty")));

        page.FindAll("input[type=radio]")[1].Change(true);

        page.WaitForAssertion(
            () =>
                Assert.Contains(
                    "No two pictures are nearly the same",
                    page.Find(".empty").TextContent,
                    StringComparison.Ordinal
                ),
            TimeSpan.FromSeconds(30)
        );
    }
}
