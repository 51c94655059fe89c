using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class WorkflowPreviewTests
{
    [Fact]
    public async Task A_preview_counts_what_would_become_of_each_concept_and_writes_nothing()
    {
        await using var host = await CoreHost.StartAsync();
        var (sure, unsure, hopeless) = (
            await host.ConceptAsync("sure"),
            await host.ConceptAsync("unsure"),
            await host.ConceptAsync("hopeless")
        );
        await host.ConstantClassifierAsync("park", (sure, 0.9), (unsure, 0.5), (hopeless, 0.1));
        await host.ProcessedAsync(1);
        await host.ProcessedAsync(2, new InputLabel("sure", false));
        var view = await host.Get<WorkflowService>()
            .CreateBandAsync(
                host.App.Id,
                host.User.Id,
                "park",
                new[] { sure, unsure, hopeless }.ToDictionary(c => c.ExternalId, _ => (0.3, 0.8)),
                "owner",
                "band",
                TestContext.Current.CancellationToken
            );

        var summary = await host.Get<WorkflowPreview>()
            .SampleAsync(host.App.Id, view.Latest.Id, 50, TestContext.Current.CancellationToken);

        Assert.Equal(2, summary.Inputs);
        Assert.Equal(
            [
                new ConceptPreview(sure.Id, 1, 0, 1, 0),
                new ConceptPreview(unsure.Id, 0, 2, 0, 0),
                new ConceptPreview(hopeless.Id, 0, 0, 0, 2),
            ],
            summary.Concepts
        );
        await using var db = host.Db();
        Assert.Empty(db.Runs);
        Assert.DoesNotContain(db.Annotations, a => a.Origin == AnnotationOrigin.Workflow);
    }

    [Fact]
    public async Task A_sample_is_as_large_as_asked_for_where_there_are_more_inputs()
    {
        await using var host = await CoreHost.StartAsync();
        var concept = await host.ConceptAsync("walker");
        await host.ConstantClassifierAsync("park", (concept, 0.9));
        for (var seed = 1; seed <= 6; seed++)
        {
            await host.ProcessedAsync(seed);
        }

        var view = await host.BandAsync("park", 0.3, 0.8, "band", concept);

        var summary = await host.Get<WorkflowPreview>()
            .SampleAsync(host.App.Id, view.Latest.Id, 2, TestContext.Current.CancellationToken);

        Assert.Equal(2, summary.Inputs);
        Assert.Equal(2, Assert.Single(summary.Concepts).Success);
    }
}
