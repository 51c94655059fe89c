using Bunit;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Concepts;
using Portal.Features.Concepts;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Concepts;

public sealed class ConceptsPageTests
{
    [Fact]
    public async Task An_app_without_concepts_says_what_one_is()
    {
        await using var host = await PageHost.StartAsync();

        var page = host.Context.Render<ConceptsPage>();

        Assert.Contains("A concept is one thing to look for", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public async Task Pasted_lines_become_concepts()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<ConceptsPage>();

        page.FindAll("button").Single(b => b.TextContent == "Add many").Click();
        page.Find("textarea").Input("walker\r\n\r\nBike rider\n");
        Assert.Equal("Add 2 concepts", page.Find("button[type=submit]").TextContent);
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
            Assert.Equal(["walker", "bike_rider"], page.FindAll("td code").Select(c => c.TextContent))
        );
    }

    [Fact]
    public async Task A_taken_id_is_refused_beside_the_form_and_what_was_typed_stays()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        var page = host.Context.Render<ConceptsPage>();

        page.Find("#concept-name").Input("Walker");
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
            Assert.Contains(
                "already a concept with the id 'walker'",
                page.Find("form [role=alert]").TextContent,
                StringComparison.Ordinal
            )
        );
        Assert.Equal("Walker", page.Find("#concept-name").GetAttribute("value"));
    }

    [Fact]
    public async Task Markup_in_a_name_is_shown_as_text()
    {
        const string Name = "<img src=x onerror=alert(1)>";
        await using var host = await PageHost.StartAsync();
        await host
            .Core.Get<ConceptService>()
            .CreateAsync(host.Core.App.Id, [new NewConcept("hostile", Name)], TestContext.Current.CancellationToken);

        var page = host.Context.Render<ConceptsPage>();

        Assert.Empty(page.FindAll("img"));
        Assert.Equal(Name, page.Find("input[aria-label^='Name of']").GetAttribute("value"));
    }

    [Fact]
    public async Task A_hotkey_that_another_concept_has_is_refused()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        await host.Core.ConceptAsync("runner");
        var page = host.Context.Render<ConceptsPage>();

        page.Find("input[aria-label='Hotkey of walker']").Input("2");
        await page.Find("input[aria-label='Hotkey of walker']").ChangeAsync("2");

        Assert.Contains(
            "already the hotkey of runner",
            page.Find("[role=alert]").TextContent,
            StringComparison.Ordinal
        );
        var stored = await host
            .Core.Get<ConceptService>()
            .GetAsync(host.Core.App.Id, "walker", TestContext.Current.CancellationToken);
        Assert.Equal("1", stored.Hotkey);
    }

    [Fact]
    public async Task A_deleted_concept_comes_back_with_undo()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        var page = host.Context.Render<ConceptsPage>();

        page.Find("button[aria-label='Delete walker']").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("td code")));
        await page.InvokeAsync(() => host.Toasts.UndoAsync(Assert.Single(host.Toasts.Shown)));

        page.WaitForAssertion(() => Assert.Equal("walker", page.Find("td code").TextContent));
    }

    [Fact]
    public async Task Labels_given_elsewhere_show_without_a_reload()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        var page = host.Context.Render<ConceptsPage>();

        await host.Core.AcceptAsync(1, new InputLabel("walker", true));

        page.WaitForAssertion(() => Assert.Equal("1", page.Find("td.number a").TextContent), TimeSpan.FromSeconds(20));
        Assert.EndsWith(
            "explorer?concept=walker",
            page.Find("td.number a").GetAttribute("href"),
            StringComparison.Ordinal
        );
    }
}
