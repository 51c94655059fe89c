using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Reembedding;
using Portal.Features.Jobs;
using Portal.Features.Models;
using Portal.Shared.Access;
using Portal.Shared.Identity;
using Portal.Tests.Support;
using static Portal.Tests.Support.EmbedderSwap;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Embeddings;

/// <summary>What pages say and offer after a change of the embedder.</summary>
public sealed class ReembeddingPageTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly EmbedderSwap _swap = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _swap.Dispose();

    [Fact]
    public async Task The_jobs_page_says_how_far_it_is_and_starts_the_job_which_can_be_paused()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
        }

        var (core, gate) = await _swap.AfterAsync(free: 0);
        await using var host = PageHost.Over(core);
        var page = host.Context.Render<JobsPage>();
        var card = page.WaitForElement("section[aria-label='Change of the embedder']", Long);
        Assert.Contains(
            "0 of 12 inputs have vectors of after@32. The others have those of before@32",
            card.TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Colours: version 1, in the default workflow, was trained on vectors of before@32. It goes on scoring "
                + "until it is trained again.",
            card.TextContent,
            StringComparison.Ordinal
        );

        await card.QuerySelector("button")!.ClickAsync(new());

        page.WaitForElement("button[aria-label='Pause Embed inputs again with after@32']", Long);
        page.WaitForAssertion(
            () => Assert.Empty(page.FindAll("section[aria-label='Change of the embedder'] button")),
            Long
        );
        gate.Open();
        page.WaitForAssertion(
            () =>
                Assert.Contains(
                    "All inputs have vectors of after@32.",
                    page.Find("section[aria-label='Change of the embedder']").TextContent,
                    StringComparison.Ordinal
                ),
            Long
        );
    }

    [Fact]
    public async Task The_owners_page_lists_the_apps_and_starts_theirs()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await before.ProcessedAsync(1);
        }

        await using var host = PageHost.Over(await _swap.AfterAsync());
        host.Context.Services.AddSingleton(new SiteOwner(Options.Create(new OwnerOptions { UserId = "owner" })));
        var page = host.Context.Render<CascadingValue<CurrentUser>>(p =>
            p.Add(c => c.Value, host.Scope.User).AddChildContent<SiteJobsPage>()
        );
        var row = page.WaitForElement("section[aria-label='Change of the embedder'] li", Long);
        Assert.Contains("0 of 1 inputs embedded", row.TextContent, StringComparison.Ordinal);

        await row.QuerySelector("button")!.ClickAsync(new());

        await Wait.ForAsync(
            () => host.Core.Get<ReembeddingService>().StateAsync(host.Core.App.Id, Ct),
            state => state is null
        );
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("section[aria-label='Change of the embedder']")), Long);
    }

    [Fact]
    public async Task The_models_page_says_so_and_trains_again_by_one_click_and_what_waits_says_why()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
        }

        _swap.LoseNetworks();
        await using var host = PageHost.Over(await _swap.AfterAsync());
        await AcceptAsync(host.Core, "held", Pictures.Square(30, Red, White));
        await Wait.ForAsync(
            () => host.Core.Get<InputService>().GetAsync(host.Core.App.Id, "held", Ct),
            i => i.StatusDetail is not null
        );
        var jobs = host.Context.Render<JobsPage>();
        Assert.Contains(
            "Waits until the model Colours is trained again",
            jobs.WaitForElement("section[aria-label='Why inputs wait'] li", Long).TextContent,
            StringComparison.Ordinal
        );
        var page = host.Context.Render<ModelPage>(p => p.Add(m => m.ModelId, "colours"));
        Assert.Contains(
            "Version 1 was trained on vectors of before@32; the embedder is after@32 now. It cannot score new "
                + "uploads, because networks/",
            page.WaitForElement("[aria-label=Training] .warning", Long).TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "vectors of before@32",
            page.Find("[aria-label=Versions]").TextContent,
            StringComparison.Ordinal
        );

        page.FindAll("button").Single(b => b.TextContent == "Train again").Click();

        await EndedAsync(host.Core, "held");
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("button"), b => b.TextContent == "Train"), Long);
        jobs.WaitForAssertion(() => Assert.Empty(jobs.FindAll("section[aria-label='Why inputs wait']")), Long);
    }
}
