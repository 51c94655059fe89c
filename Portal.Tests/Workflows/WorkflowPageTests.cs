using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Workflows;
using Portal.Features.Workflows;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Workflows;

public sealed class WorkflowPageTests
{
    [Fact]
    public async Task The_route_of_each_score_is_drawn_under_the_nodes()
    {
        await using var host = await PageHost.StartAsync();
        await BandAsync(host);

        var page = Open(host);

        Assert.Equal(6, page.FindAll("article").Count);
        Assert.Contains("success 0.80–1.00 · pending 0.30–0.80", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_graph_says_so_on_the_node_and_cannot_be_saved()
    {
        await using var host = await PageHost.StartAsync();
        await BandAsync(host);
        var page = Open(host);

        page.Find("article[aria-label='Node sure'] fieldset input").Change(false);

        Assert.Contains(
            "Nothing is connected to node 'sure'",
            page.Find("article[aria-label='Node sure'] .problem").TextContent,
            StringComparison.Ordinal
        );
        Assert.True(page.FindAll("button").Single(b => b.TextContent == "Save as v2").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_changed_graph_is_saved_as_a_new_version_and_the_old_one_stays()
    {
        await using var host = await PageHost.StartAsync();
        await BandAsync(host);
        var page = Open(host);
        Assert.DoesNotContain(
            page.FindAll("button"),
            b => b.TextContent.StartsWith("Save as", StringComparison.Ordinal)
        );

        page.Find("button[aria-label='Remove write-pending']").Click();
        await page.FindAll("button").Single(b => b.TextContent == "Save as v2").ClickAsync();

        var view = await host
            .Core.Get<WorkflowService>()
            .GetAsync(host.Core.App.Id, "band", TestContext.Current.CancellationToken);
        Assert.Equal([5, 6], view.Versions.Select(v => v.Nodes.Count));
        page.WaitForAssertion(() => Assert.Equal(5, page.FindAll("article").Count));
    }

    [Fact]
    public async Task A_newer_trained_version_is_offered_on_the_node()
    {
        await using var host = await PageHost.StartAsync();
        var walker = await BandAsync(host);
        await host.Core.ConstantClassifierAsync("park", (walker, 0.7));
        var page = Open(host);

        await page.FindAll("button").Single(b => b.TextContent == "Use v2").ClickAsync();

        Assert.Contains(page.FindAll("button"), b => b.TextContent == "Save as v2" && !b.HasAttribute("disabled"));
    }

    [Fact]
    public async Task Making_it_the_default_shows_a_dry_run_first()
    {
        await using var host = await PageHost.StartAsync();
        await BandAsync(host);
        await host
            .Core.Get<WorkflowService>()
            .SetDefaultAsync(host.Core.App.Id, null, TestContext.Current.CancellationToken);
        await host.Core.ProcessedAsync(1);
        var page = Open(host);

        page.FindAll("button").Single(b => b.TextContent.Contains("Make default", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(
            () =>
                Assert.Contains(
                    page.FindAll("dialog"),
                    dialog => dialog.TextContent.Contains("Tried on 1 input", StringComparison.Ordinal)
                ),
            TimeSpan.FromSeconds(20)
        );
        page.FindAll("dialog button").Single(b => b.TextContent == "Make v1 the default").Click();
        page.WaitForAssertion(
            () => Assert.Contains("Runs on new inputs", page.Markup, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
    }

    [Fact]
    public async Task Two_versions_are_compared_and_an_older_one_comes_back_as_a_new_one()
    {
        await using var host = await PageHost.StartAsync();
        await BandAsync(host);
        var workflows = host.Core.Get<WorkflowService>();
        var first = (await workflows.GetAsync(host.Core.App.Id, "band", TestContext.Current.CancellationToken)).Latest;
        var fewer = Portal
            .Features.Workflows.WorkflowDraft.Of(first)
            .ToNodes()
            .Where(n => n.Id != "write-pending")
            .ToList();
        await workflows.AddVersionAsync(
            host.Core.App.Id,
            host.Core.User.Id,
            "band",
            null,
            fewer,
            TestContext.Current.CancellationToken
        );
        host.Context.Services.GetRequiredService<NavigationManager>().NavigateTo("/?part=versions");
        var page = host.Context.Render<WorkflowPage>(p => p.Add(w => w.WorkflowId, "band"));

        var change = Assert.Single(page.FindAll(".change"));
        Assert.Contains("removed", change.TextContent, StringComparison.Ordinal);
        Assert.Contains("write-pending", change.TextContent, StringComparison.Ordinal);
        await page.FindAll("button").Single(b => b.TextContent == "Restore").ClickAsync();

        var view = await workflows.GetAsync(host.Core.App.Id, "band", TestContext.Current.CancellationToken);
        Assert.Equal([3, 2, 1], view.Versions.Select(v => v.Number));
        Assert.Equal(
            first.Nodes.Select(n => (n.Id, n.ModelVersionId)),
            view.Latest.Nodes.Select(n => (n.Id, n.ModelVersionId))
        );
        Assert.Contains(host.Toasts.Shown, t => t.Text == "Saved v3, the same as v1.");
    }

    private static async Task<Concept> BandAsync(PageHost host)
    {
        var walker = await host.Core.ConceptAsync("walker");
        await host.Core.ConstantClassifierAsync("park", (walker, 0.9));
        await host.Core.BandAsync("park", 0.3, 0.8, "band", walker);
        return walker;
    }

    /// <summary>The list: the canvas draws its nodes in the browser.</summary>
    private static IRenderedComponent<WorkflowPage> Open(PageHost host)
    {
        host.Context.Services.GetRequiredService<NavigationManager>().NavigateTo("/?view=list");
        return host.Context.Render<WorkflowPage>(p => p.Add(w => w.WorkflowId, "band"));
    }
}
