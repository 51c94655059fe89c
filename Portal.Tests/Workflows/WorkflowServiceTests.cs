using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class WorkflowServiceTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private WorkflowService _workflows = null!;
    private ModelService _models = null!;
    private Concept _runner = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        (_workflows, _models) = (_host.Get<WorkflowService>(), _host.Get<ModelService>());
        _runner = await _host.ConceptAsync("runner");
        await _host.ConstantClassifierAsync("classifier", (_runner, 0.9));
        await _models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "writer",
            null,
            AnnotationWriter.Id,
            new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationSuccess, "owner", [])),
            default
        );
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_version_keeps_the_model_version_it_was_saved_with_and_offers_the_newer_one()
    {
        var saved = await SaveAsync("auto");
        var pinned = Classifier(saved.Latest).ModelVersionId;
        var retrained = await _host.ConstantClassifierAsync("classifier", (_runner, 0.1));

        var later = await _workflows.GetAsync(_host.App.Id, "auto", default);

        Assert.Equal(
            (pinned, 1),
            (Classifier(later.Latest).ModelVersionId, Classifier(later.Latest).ModelVersionNumber)
        );
        Assert.Equal(retrained.LatestTrained!.ExternalId, Classifier(later.Latest).LatestTrainedVersionId);
        var updated = await _workflows.AddVersionAsync(_host.App.Id, _host.User.Id, "auto", null, Graph(), default);
        Assert.Equal([2, 1], updated.Versions.Select(v => v.Number));
        Assert.Equal([2, 1], updated.Versions.Select(v => Classifier(v).ModelVersionNumber));
        Assert.Null(Classifier(updated.Latest).LatestTrainedVersionId);
    }

    [Fact]
    public async Task A_new_version_does_not_become_the_default_by_itself()
    {
        var saved = await SaveAsync("auto");
        await _workflows.SetDefaultAsync(_host.App.Id, saved.Latest.Id, default);

        var updated = await _workflows.AddVersionAsync(_host.App.Id, _host.User.Id, "auto", null, Graph(), default);

        Assert.Equal([false, true], updated.Versions.Select(v => v.IsDefault));
        Assert.Equal(("auto", saved.Latest.ExternalId), await _workflows.GetDefaultAsync(_host.App.Id, default));
    }

    [Fact]
    public async Task What_the_default_workflow_needs_cannot_be_deleted_until_it_is_the_default_no_more()
    {
        var saved = await SaveAsync("auto");
        await _workflows.SetDefaultAsync(_host.App.Id, saved.Latest.Id, default);

        Assert.Equal(
            "auto",
            (
                await RefusedAsync(
                    StatusCode.WorkflowInvalidRequest,
                    () => _workflows.DeleteAsync(_host.App.Id, "auto", default)
                )
            ).Subject
        );
        foreach (var model in new[] { "classifier", "writer" })
        {
            Assert.Equal(
                model,
                (
                    await RefusedAsync(
                        StatusCode.ModelInvalidArgument,
                        () => _models.DeleteAsync(_host.App.Id, model, default)
                    )
                ).Subject
            );
        }

        await RefusedAsync(
            StatusCode.InvalidRequest,
            () => _host.Get<ConceptService>().DeleteAsync(_host.App.Id, "runner", default)
        );

        await _workflows.SetDefaultAsync(_host.App.Id, null, default);
        await _workflows.DeleteAsync(_host.App.Id, "auto", default);
        await _models.DeleteAsync(_host.App.Id, "writer", default);
        await _host.Get<ConceptService>().DeleteAsync(_host.App.Id, "runner", default);
    }

    [Fact]
    public async Task A_deleted_workflow_frees_its_id_and_comes_back_when_it_still_is_free()
    {
        var first = await SaveAsync("auto");
        await _workflows.DeleteAsync(_host.App.Id, "auto", default);
        await RefusedAsync(StatusCode.WorkflowDoesNotExist, () => _workflows.GetAsync(_host.App.Id, "auto", default));
        await SaveAsync("auto");

        await RefusedAsync(
            StatusCode.WorkflowDuplicate,
            () => _workflows.RestoreAsync(_host.App.Id, first.Workflow.Id, default)
        );
        await _workflows.DeleteAsync(_host.App.Id, "auto", default);
        await _workflows.RestoreAsync(_host.App.Id, first.Workflow.Id, default);

        Assert.Equal(first.Workflow.Id, (await _workflows.GetAsync(_host.App.Id, "auto", default)).Workflow.Id);
    }

    [Fact]
    public async Task A_deleted_model_frees_its_id_and_saved_workflows_go_on_with_it()
    {
        await SaveAsync("auto");
        var first = (await _models.GetAsync(_host.App.Id, "classifier", default)).Model;
        await _models.DeleteAsync(_host.App.Id, "classifier", default);
        await RefusedAsync(StatusCode.WorkflowInvalidRequest, () => SaveAsync("other"));
        await _host.ConstantClassifierAsync("classifier", (_runner, 0.2));

        Assert.Equal(
            "classifier",
            Classifier((await _workflows.GetAsync(_host.App.Id, "auto", default)).Latest).ModelId
        );
        await RefusedAsync(StatusCode.DuplicateId, () => _models.RestoreAsync(_host.App.Id, first.Id, default));
    }

    [Fact]
    public async Task A_graph_that_cannot_run_is_refused_with_the_node_and_nothing_is_saved()
    {
        await _models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "untrained",
            null,
            null,
            new OutputDraft([new DraftConcept("runner")], []),
            default
        );

        Assert.Equal(
            "scores",
            (
                await RefusedAsync(
                    StatusCode.WorkflowModelUntrained,
                    () => SaveAsync("auto", Graph(classifier: "untrained"))
                )
            ).Subject
        );
        Assert.Equal(
            "scores",
            (
                await RefusedAsync(
                    StatusCode.WorkflowInvalidRequest,
                    () => SaveAsync("auto", Graph(classifier: "missing"))
                )
            ).Subject
        );
        await RefusedAsync(
            StatusCode.WorkflowInvalidGraph,
            () =>
                SaveAsync(
                    "auto",
                    new DraftNode("scores", "classifier", null, ["write"]),
                    new DraftNode("write", "writer", null, ["scores"])
                )
        );

        Assert.Empty(await _workflows.ListAsync(_host.App.Id, default));
    }

    [Fact]
    public async Task What_changed_between_two_versions_is_said_node_by_node()
    {
        await SaveAsync("auto");
        await _host.ConstantClassifierAsync("classifier", (_runner, 0.1));
        await _models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "sure",
            null,
            ConceptThresholder.Id,
            new OutputDraft(
                [new DraftConcept("runner", 0.8)],
                ConceptThresholder.Params(ThresholdOperator.GreaterThan)
            ),
            default
        );
        var saved = await _workflows.AddVersionAsync(
            _host.App.Id,
            _host.User.Id,
            "auto",
            null,
            [
                new DraftNode("scores", "classifier", null, []),
                new DraftNode("sure", "sure", null, ["scores"]),
                new DraftNode("write", "writer", null, ["sure"]),
            ],
            default
        );

        var diff = new WorkflowDiff(
            await _models.ListAsync(_host.App.Id, default),
            new Dictionary<long, string> { [_runner.Id] = "runner" },
            _host.Get<NodeTypeRegistry>()
        );
        var (first, second) = (saved.Versions.Single(v => v.Number == 1), saved.Latest);

        Assert.Equal(
            ["scores: Version v1 > v2", "sure: added", "write: Reads from scores > sure"],
            diff.Between(first, second).Select(Words)
        );
        Assert.Equal(
            ["scores: Version v2 > v1", "write: Reads from sure > scores", "sure: removed"],
            diff.Between(second, first).Select(Words)
        );
        Assert.Empty(diff.Between(second, second));

        static string Words(NodeChange change) =>
            change switch
            {
                { Before: null } => $"{change.NodeId}: added",
                { After: null } => $"{change.NodeId}: removed",
                _ => $"{change.NodeId}: {string.Join(", ", change.Values.Select(v => $"{v.Name} {v.From} > {v.To}"))}",
            };
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        await SaveAsync("auto");
        await RefusedAsync(StatusCode.WorkflowDuplicate, () => SaveAsync("auto"));
        Assert.Single((await _workflows.GetAsync(_host.App.Id, "auto", default)).Versions);
    }

    private Task<WorkflowView> SaveAsync(string id, params DraftNode[] graph) =>
        _workflows.CreateAsync(_host.App.Id, _host.User.Id, id, null, graph.Length == 0 ? Graph() : graph, default);

    private static DraftNode[] Graph(string classifier = "classifier") =>
        [new DraftNode("scores", classifier, null, []), new DraftNode("write", "writer", null, ["scores"])];

    private static NodeView Classifier(WorkflowVersionView version) => version.Nodes.Single(n => n.Id == "scores");

    private static async Task<PortalException> RefusedAsync(StatusCode code, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<PortalException>(act);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }
}
