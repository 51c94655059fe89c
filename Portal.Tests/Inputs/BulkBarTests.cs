using System.Globalization;
using Bunit;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class BulkBarTests
{
    public BulkBarTests() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en");

    [Fact]
    public async Task A_step_says_what_it_did_and_is_taken_back_as_one()
    {
        await using var host = await PageHost.StartAsync();
        var concept = await host.Core.ConceptAsync("runner");
        var bar = await ShowAsync(host, 3, [concept]);
        Assert.Equal("3 selected", bar.Find(".chosen").TextContent);
        Assert.Equal("Select all 3,000", bar.Find(".btn.link").TextContent);

        await Item(bar, "Say a concept is there", "runner").ClickAsync(new());
        bar.WaitForAssertion(() => Assert.Single(host.Toasts.Shown), TimeSpan.FromSeconds(30));
        Assert.Equal("✓ runner on 3 inputs", host.Toasts.Shown[0].Text);
        Assert.Equal(3, await CountAsync(host, concept));

        await Item(bar, "Say a concept is there", "runner").ClickAsync(new());
        bar.WaitForAssertion(
            () => Assert.Equal("All of them have ✓ runner already.", host.Toasts.Shown[^1].Text),
            TimeSpan.FromSeconds(30)
        );
        await Item(bar, "Approve pending tags", "All pending tags").ClickAsync(new());
        bar.WaitForAssertion(
            () => Assert.Equal("No tag of theirs is pending.", host.Toasts.Shown[^1].Text),
            TimeSpan.FromSeconds(30)
        );

        await bar.InvokeAsync(() => host.Toasts.UndoAsync(host.Toasts.Shown[0]));
        Assert.Equal(0, await CountAsync(host, concept));
    }

    [Fact]
    public async Task While_a_step_goes_on_its_progress_takes_the_buttons_place()
    {
        await using var host = await PageHost.StartAsync();
        var concept = await host.Core.ConceptAsync("runner");
        var bar = await ShowAsync(host, 2, [concept]);
        await using var db = host.Core.Db();
        // Another writer, for whom the step has to wait.
        await using var writer = await db.Database.BeginTransactionAsync(Xunit.TestContext.Current.CancellationToken);

        var clicked = Task.Run(
            () => Item(bar, "Say a concept is not there", "runner").ClickAsync(new()),
            Xunit.TestContext.Current.CancellationToken
        );
        bar.WaitForAssertion(() => Assert.Single(bar.FindAll("[role=progressbar]")), TimeSpan.FromSeconds(20));
        Assert.Empty(bar.FindAll("[aria-label=Delete]"));
        await writer.RollbackAsync(Xunit.TestContext.Current.CancellationToken);
        await clicked;

        bar.WaitForAssertion(() => Assert.Single(bar.FindAll("[aria-label=Delete]")), TimeSpan.FromSeconds(30));
        Assert.Equal("✗ runner on 2 inputs", host.Toasts.Shown[^1].Text);
    }

    [Fact]
    public async Task Without_concepts_the_menus_say_so_and_deleting_still_works()
    {
        await using var host = await PageHost.StartAsync();
        var bar = await ShowAsync(host, 1, []);
        Assert.Contains(
            "This app has no concepts yet.",
            bar.Find("[aria-label='Say a concept is there']").TextContent,
            StringComparison.Ordinal
        );

        await bar.Find("[aria-label=Delete]").ClickAsync(new());

        bar.WaitForAssertion(
            () => Assert.Equal("Deleted 1 input", Assert.Single(host.Toasts.Shown).Text),
            TimeSpan.FromSeconds(30)
        );
        Assert.Equal(0, await host.Core.Get<InputQueries>().CountAsync(host.Core.App.Id, new InputFilter(), default));
    }

    private static async Task<IRenderedComponent<BulkBar>> ShowAsync(
        PageHost host,
        int count,
        IReadOnlyList<Concept> concepts
    )
    {
        var selection = new Selection();
        var keys = new List<long>();
        for (var seed = 0; seed < count; seed++)
        {
            keys.Add((await host.Core.AcceptAsync(seed)).Id);
        }

        selection.Set(new InputSet(keys));
        return host.Context.Render<BulkBar>(p =>
            p.Add(b => b.Scope, host.Scope)
                .Add(b => b.Selection, selection)
                .Add(b => b.Matching, 3000)
                .Add(b => b.Concepts, concepts)
        );
    }

    private static AngleSharp.Dom.IElement Item(IRenderedComponent<BulkBar> bar, string menu, string text) =>
        bar.Find($"[aria-label='{menu}']").QuerySelectorAll("button").Single(b => b.TextContent.Trim() == text);

    private static Task<int> CountAsync(PageHost host, Concept concept) =>
        host
            .Core.Get<InputQueries>()
            .CountAsync(host.Core.App.Id, new InputFilter { ConceptIds = [concept.Id] }, default);
}
