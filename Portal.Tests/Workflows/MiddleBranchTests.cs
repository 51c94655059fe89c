using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class MiddleBranchTests
{
    [Fact]
    public async Task The_scores_that_reached_nobody_wait_for_a_person_and_the_others_go_where_they_went()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var ct = TestContext.Current.CancellationToken;
        var walker = await host.ConceptAsync("walker");
        await host.ConstantClassifierAsync("park", (walker, 0.5));
        await ThresholderAsync(host, "sure", ThresholdOperator.GreaterThan, 0.8);
        await ThresholderAsync(host, "low", ThresholdOperator.LessThan, 0.3);
        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "write",
                null,
                AnnotationWriter.Id,
                new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationSuccess, "owner")),
                ct
            );
        DraftNode[] draft =
        [
            new("c", "park", null, []),
            new("sure", "sure", null, ["c"]),
            new("low", "low", null, ["c"]),
            new("write", "write", null, ["sure", "low"]),
        ];

        var closed = await host.Get<MiddleBranch>().AddAsync(host.App.Id, host.User.Id, draft, "owner", ct);

        Assert.Equal(draft, closed.Take(4));
        var (problems, routes) = await host.Get<WorkflowService>().CheckAsync(host.App.Id, closed, ct);
        Assert.Empty(problems);
        var segments = Assert.Single(routes).Segments;
        Assert.Equal(
            [(0.0, 0.3, RouteEnd.Success), (0.3, 0.8, RouteEnd.Pending), (0.8, 1.0, RouteEnd.Success)],
            segments.Select(s => (s.From, s.To, s.End))
        );
    }

    [Fact]
    public async Task A_graph_without_a_gap_comes_back_as_it_was()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var walker = await host.ConceptAsync("walker");
        await host.ConstantClassifierAsync("park", (walker, 0.5));
        DraftNode[] draft = [new("c", "park", null, [])];

        Assert.Equal(
            draft,
            await host.Get<MiddleBranch>()
                .AddAsync(host.App.Id, host.User.Id, draft, "owner", TestContext.Current.CancellationToken)
        );
    }

    private static Task<ModelView> ThresholderAsync(
        CoreHost host,
        string id,
        ThresholdOperator comparison,
        double threshold
    ) =>
        host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                id,
                null,
                ConceptThresholder.Id,
                new OutputDraft([new DraftConcept("walker", threshold)], ConceptThresholder.Params(comparison)),
                default
            );
}
