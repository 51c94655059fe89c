using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Features.Models;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Models;

public sealed class ModelPageTests
{
    [Fact]
    public async Task A_model_that_is_not_there_is_named_with_a_way_on()
    {
        await using var host = await PageHost.StartAsync();

        var page = host.Context.Render<ModelPage>(p => p.Add(m => m.ModelId, "nope"));

        Assert.Contains("There is no model 'nope'", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("/models", page.Find("[role=alert] a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_without_labels_is_warned_of_and_its_failure_says_what_to_do()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        await MakeAsync(host, "park", "walker");
        var page = host.Context.Render<ModelPage>(p => p.Add(m => m.ModelId, "park"));
        Assert.Contains("No input is labelled ✓ for walker", page.Markup, StringComparison.Ordinal);

        page.FindAll("button").Single(b => b.TextContent == "Train").Click();

        page.WaitForAssertion(
            () =>
                Assert.Contains(
                    "Label",
                    page.Find("[aria-label=Versions] .detail").TextContent,
                    StringComparison.Ordinal
                ),
            TimeSpan.FromSeconds(30)
        );
        Assert.Contains("Training failed", page.Find("[aria-label=Versions]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_being_changed_stays_when_something_else_of_the_app_changes()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.ConceptAsync("walker");
        await MakeAsync(host, "park", "walker");
        var page = host.Context.Render<ModelPage>(p => p.Add(m => m.ModelId, "park"));
        page.Find("#model-name").Change("A better name");

        await host.Core.ConceptAsync("runner");

        page.WaitForAssertion(
            () => Assert.Contains("runner", page.Markup, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        Assert.Equal("A better name", page.Find("#model-name").GetAttribute("value"));
    }

    [Fact]
    public async Task A_trained_classifier_offers_to_auto_annotate_and_opens_the_workflow_it_made()
    {
        await using var host = await PageHost.StartAsync();
        var walker = await host.Core.ConceptAsync("walker");
        await host.Core.ConstantClassifierAsync("park", (walker, 0.9));
        var page = host.Context.Render<ModelPage>(p => p.Add(m => m.ModelId, "park"));

        page.FindAll("button").Single(b => b.TextContent.Contains("Auto-annotate", StringComparison.Ordinal)).Click();
        page.Find("input[aria-label='walker: success over']").Change("0.95");
        await page.FindAll("button").Single(b => b.TextContent == "Make the workflow").ClickAsync();

        var made = Assert.Single(
            await host.Core.Get<WorkflowService>().ListAsync(host.Core.App.Id, TestContext.Current.CancellationToken)
        );
        var address = host.Context.Services.GetRequiredService<NavigationManager>();
        Assert.EndsWith($"/workflows/{made.Workflow.ExternalId}", address.Uri, StringComparison.Ordinal);
        var sure = (
            await host.Core.Get<ModelService>().ListAsync(host.Core.App.Id, TestContext.Current.CancellationToken)
        ).Single(m => m.Model.Name == "park: sure");
        Assert.Equal(0.95, Assert.Single(sure.Output.Concepts).Value);
    }

    private static Task<ModelView> MakeAsync(PageHost host, string id, params string[] concepts) =>
        host
            .Core.Get<ModelService>()
            .CreateAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                id,
                "Park",
                null,
                new OutputDraft([.. concepts.Select(c => new DraftConcept(c))], []),
                TestContext.Current.CancellationToken
            );
}
