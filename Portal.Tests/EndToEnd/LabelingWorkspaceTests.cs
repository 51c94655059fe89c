using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>Hours of labelling and reviewing, in short: keys only, outages, two people.</summary>
public sealed class LabelingWorkspaceTests(WorkspacePortal portal) : IClassFixture<WorkspacePortal>
{
    [Fact]
    public async Task A_hundred_inputs_are_swept_in_grids()
    {
        var app = await portal.AppAsync(pictures: 100);
        var page = await portal.PageAsync();
        await page.GotoAsync($"/apps/owner/{app}/label?concept=runner&order=uploaded");
        await Question(page).WaitForAsync();
        await page.Keyboard.PressAsync("g");
        await page.Locator(".tile").Nth(23).WaitForAsync();
        await page.Locator(".tile").Nth(4).ClickAsync();
        await Assertions.Expect(page.Locator(".tile").Nth(4)).ToHaveAttributeAsync("aria-label", "p004.png: runner no");
        await page.KeepAsync("label-grid");

        for (var left = 100; left > 0; left -= Math.Min(24, left))
        {
            await Assertions.Expect(Left(page)).ToHaveTextAsync(new Regex($"^{left} left"));
            await Assertions.Expect(page.Locator(".tile")).ToHaveCountAsync(Math.Min(24, left));
            await page.Keyboard.PressAsync("Enter");
        }
        await page.GetByText("Every input has an answer for runner.").WaitForAsync();
        Assert.Equal(
            100,
            await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_SUCCESS"), count => count >= 100)
        );

        // The last grid, and nothing else, comes back in one step.
        await page.Keyboard.PressAsync("z");
        Assert.Equal(96, await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_SUCCESS"), count => count < 100));
        await page.Keyboard.PressAsync("Shift+Z");
        Assert.Equal(
            100,
            await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_SUCCESS"), count => count >= 100)
        );
    }

    [Fact]
    public async Task Fifty_are_reviewed_with_keys_alone_and_two_of_them_undone()
    {
        var app = await portal.AppAsync(pictures: 50, waiting: 50);
        var page = await OpenReviewAsync(app);
        await page.KeepAsync("review");
        var place = 50;
        for (var i = 0; i < 50; i++)
        {
            await PressAsync(i % 5 == 4 ? "r" : "a", --place);
            if (i is not (10 or 30))
            {
                continue;
            }
            // A slip of the finger.
            await PressAsync("z", ++place);
            await PressAsync("r", --place);
        }
        await page.GetByText("Nothing waits for review").WaitForAsync();
        Assert.Equal(0, await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_PENDING"), count => count == 0));
        Assert.Equal(38, await portal.CountAsync(app, "ANNOTATION_SUCCESS"));
        Assert.Equal(12, await portal.CountAsync(app, "ANNOTATION_REVIEW_DENIED"));

        async Task PressAsync(string key, int left)
        {
            await page.Keyboard.PressAsync(key);
            if (left > 0)
            {
                await Assertions.Expect(Left(page)).ToHaveTextAsync(new Regex($"^{left} left"));
            }
        }
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_portal_goes_away_in_the_middle_of_a_review()
    {
        var app = await portal.AppAsync(pictures: 20, waiting: 20);
        var page = await OpenReviewAsync(app);
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("a");
        }

        await portal.GoAwayAsync();

        // Work goes on with what is here.
        for (var i = 0; i < 8; i++)
        {
            await page.Keyboard.PressAsync("a");
        }

        await Assertions.Expect(Left(page)).ToHaveTextAsync(new Regex("^9 left"));
        await Assertions.Expect(page.Locator(".unsent")).ToContainTextAsync("not sent yet");
        await page.KeepAsync("review-offline");
        await portal.ComeBackAsync();

        Assert.Equal(9, await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_PENDING"), count => count <= 9));
        Assert.Equal(11, await portal.CountAsync(app, "ANNOTATION_SUCCESS"));
        await Assertions.Expect(page.Locator(".unsent")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Two_people_at_once_never_see_the_same_input()
    {
        var app = await portal.AppAsync(pictures: 60, waiting: 60);
        var pages = new[] { await OpenReviewAsync(app), await OpenReviewAsync(app) };
        var seen = await Task.WhenAll(pages.Select(WalkAsync));

        Assert.Empty(seen[0].Intersect(seen[1]));
        Assert.Equal(60, seen.Sum(s => s.Count));
        Assert.Equal(60, await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_SUCCESS"), count => count == 60));

        async Task<HashSet<string>> WalkAsync(IPage page)
        {
            var names = new HashSet<string>();
            while (await page.Locator(".stage img").CountAsync() > 0)
            {
                var name = await page.Locator(".stage img").GetAttributeAsync("alt");
                Assert.True(names.Add(name!), $"{name} came twice.");
                await page.Keyboard.PressAsync("a");
                await page.WaitForFunctionAsync(
                    "name => document.querySelector('.stage img')?.alt !== name && "
                        + "!document.querySelector('[aria-busy]')",
                    name
                );
            }
            return names;
        }
    }

    [Fact]
    public async Task Leaving_gives_back_what_was_left_open()
    {
        var app = await portal.AppAsync(pictures: 5, waiting: 5);
        var first = await OpenReviewAsync(app);
        var second = await portal.PageAsync();
        await second.GotoAsync($"/apps/owner/{app}/review");
        await second.GetByText("What is left is open on another page").WaitForAsync();

        await first.CloseAsync();

        await Question(second).WaitForAsync();
    }

    [Fact]
    public async Task What_one_skips_another_gets_and_it_can_be_asked_for_again()
    {
        var app = await portal.AppAsync(pictures: 2, waiting: 2);
        var first = await OpenReviewAsync(app);
        var skipped = await first.Locator(".stage img").GetAttributeAsync("alt");
        await first.Keyboard.PressAsync("Space");

        var second = await OpenReviewAsync(app);
        await Picture(second, skipped!);
        await second.CloseAsync();
        await first.Keyboard.PressAsync("a");
        await first.GetByText("You skipped 1. They still wait.").WaitForAsync();
        await first.GetByRole(AriaRole.Button, new() { Name = "Show them again" }).ClickAsync();
        await Picture(first, skipped!);
        await first.Keyboard.PressAsync("a");
        await first.GetByText("Nothing waits for review").WaitForAsync();
    }

    [Fact]
    public async Task Closing_a_tab_with_unsent_decisions_asks_first()
    {
        var app = await portal.AppAsync(pictures: 4, waiting: 4);
        var page = await OpenReviewAsync(app);
        await page.RouteAsync("**/decisions", route => route.AbortAsync());
        await page.Keyboard.PressAsync("a");
        await page.Locator(".unsent").GetByText("1 decision is kept here").WaitForAsync();

        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.AcceptAsync();
        };
        await page.CloseAsync(new() { RunBeforeUnload = true });

        Assert.Equal(
            "beforeunload",
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Labels_are_given_repeated_undone_and_redone_with_keys()
    {
        var app = await portal.AppAsync(pictures: 8);
        var page = await portal.PageAsync();
        await page.GotoAsync($"/apps/owner/{app}/label");
        await Picture(page, "p000.png");
        await page.KeepAsync("label");
        await page.Keyboard.PressAsync("2");
        await Picture(page, "p001.png");
        await page.Keyboard.PressAsync("s");
        await Picture(page, "p002.png");
        await page.Keyboard.PressAsync("z");
        await Picture(page, "p001.png");
        await page.Keyboard.PressAsync("Shift+Z");
        await Picture(page, "p002.png");
        await page.Keyboard.PressAsync("Shift+Digit1");
        await Assertions
            .Expect(page.GetByRole(AriaRole.Button, new() { Name = "runner is not on it" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("Space");
        await Picture(page, "p003.png");
        Assert.Equal(3, await Wait.ForAsync(() => portal.CountAsync(app, "ANNOTATION_SUCCESS"), count => count == 3));
    }

    private static ILocator Left(IPage page) => page.Locator(".pace [role=status]");

    private static ILocator Question(IPage page) => page.Locator(".workspace h1");

    private static Task Picture(IPage page, string name) => page.Locator($".stage img[alt='{name}']").WaitForAsync();

    private async Task<IPage> OpenReviewAsync(string app)
    {
        var page = await portal.PageAsync();
        await page.GotoAsync($"/apps/owner/{app}/review");
        await Question(page).WaitForAsync();
        return page;
    }
}
