using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Runs;

public sealed class RunTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private Concept _runner = null!;
    private Concept _walker = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync();
        _runner = await _host.ConceptAsync("runner");
        _walker = await _host.ConceptAsync("walker");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_upload_runs_the_default_workflow_and_the_band_decides()
    {
        var rider = await _host.ConceptAsync("bike_rider");
        await _host.ConstantClassifierAsync("model", (_runner, 0.95), (_walker, 0.5), (rider, 0.1));
        await _host.BandAsync("model", 0.3, 0.8, "auto", _runner, _walker, rider);

        var input = await _host.ProcessedAsync(1);

        Assert.Equal(
            [("runner", StatusCode.AnnotationSuccess), ("walker", StatusCode.AnnotationPending)],
            await TagsAsync(input)
        );
    }

    [Fact]
    public async Task People_win_over_a_run()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95), (_walker, 0.5));
        await _host.BandAsync("model", 0.3, 0.8, "auto", _runner, _walker);

        var input = await _host.ProcessedAsync(1, new InputLabel("runner", false), new InputLabel("walker", true));

        Assert.All(await AnnotationsAsync(input), a => Assert.Equal(AnnotationOrigin.Human, a.Origin));
        var trace = await _host.Get<RunService>().DryRunAsync(input.WorkflowVersionId!.Value, input, default);
        Assert.Equal(["kept: a person decided", "kept: a person decided"], trace.Writes.Select(w => w.Reason));
    }

    [Fact]
    public async Task Running_the_same_version_again_changes_nothing()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95), (_walker, 0.5));
        var workflow = await _host.BandAsync("model", 0.3, 0.8, "auto", _runner, _walker);
        var input = await _host.ProcessedAsync(1);
        var before = await _host.DumpAsync();

        var writes = await _host.Get<RunService>().RunAsync(workflow.Latest.Id, input, default);

        Assert.All(writes!, w => Assert.Equal(WriteOutcome.Unchanged, w.Outcome));
        Assert.Equal(before, await _host.DumpAsync());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var input = await _host.ProcessedAsync(1);
        await _host.ConstantClassifierAsync("model", (_runner, 0.95));
        var workflow = await _host.BandAsync("model", 0.3, 0.8, "auto", _runner);
        var before = await _host.DumpAsync();

        var trace = await _host.Get<RunService>().DryRunAsync(workflow.Latest.Id, input, default);

        await _host.Get<WorkflowPreview>().SampleAsync(_host.App.Id, workflow.Latest.Id, 10, default);

        Assert.Equal(WriteOutcome.Written, Assert.Single(trace.Writes).Outcome);
        Assert.Contains("picture-1", before, StringComparison.Ordinal);
        Assert.Equal(before, await _host.DumpAsync());
    }

    [Fact]
    public async Task A_newer_version_replaces_what_nobody_decided_and_an_older_one_replaces_nothing()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95), (_walker, 0.9));
        var first = await _host.BandAsync("model", 0.3, 0.8, "auto", _runner, _walker);
        var input = await _host.ProcessedAsync(1);
        var walker = (await AnnotationsAsync(input)).Single(a => a.ConceptExternalId == "walker");
        await _host
            .Get<DecisionService>()
            .DecideAsync(
                _host.App.Id,
                _host.User.Id,
                [new NewDecision(input.Id, _walker.Id, true, walker.Id)],
                default
            );

        // The new version's classifier is sure of nothing any more.
        await _host.ConstantClassifierAsync("model", (_runner, 0.05), (_walker, 0.05));
        var draft = first.Latest.Nodes.Select(n => new DraftNode(n.Id, n.ModelId, null, n.InputIds)).ToList();
        var second = await _host
            .Get<WorkflowService>()
            .AddVersionAsync(_host.App.Id, _host.User.Id, "auto", null, draft, default);
        var runs = _host.Get<RunService>();
        await runs.RunAsync(second.Latest.Id, input, default);

        var kept = Assert.Single(await AnnotationsAsync(input));
        Assert.Equal(("walker", "owner"), (kept.ConceptExternalId, kept.ReviewedBy));

        var again = await runs.RunAsync(first.Latest.Id, input, default);
        Assert.Contains(again!, w => w.Outcome == WriteOutcome.KeptNewer);
        Assert.Single(await AnnotationsAsync(input));
    }

    [Fact]
    public async Task A_saved_version_keeps_its_model_versions_when_the_model_is_trained_again()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95));
        var workflow = await _host.BandAsync("model", 0.3, 0.8, "auto", _runner);
        await _host.ConstantClassifierAsync("model", (_runner, 0.05));

        var input = await _host.ProcessedAsync(1);

        Assert.Equal([("runner", StatusCode.AnnotationSuccess)], await TagsAsync(input));
        var view = await _host.Get<WorkflowService>().GetAsync(_host.App.Id, workflow.Workflow.ExternalId, default);
        Assert.NotNull(view.Latest.Nodes.Single(n => n.ModelId == "model").LatestTrainedVersionId);
    }

    [Fact]
    public async Task Two_workflows_each_keep_their_own_annotation()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95));
        await _host.BandAsync("model", 0.3, 0.8, "auto", _runner);
        var input = await _host.ProcessedAsync(1);
        var careful = await _host.BandAsync("model", 0.3, 0.99, "careful", _runner);

        await _host.Get<RunService>().RunAsync(careful.Latest.Id, input, default);

        Assert.Equal(
            [("auto", StatusCode.AnnotationSuccess), ("careful", StatusCode.AnnotationPending)],
            (await AnnotationsAsync(input))
                .OrderBy(a => a.WorkflowExternalId)
                .Select(a => (a.WorkflowExternalId!, a.Status))
        );
    }

    [Fact]
    public async Task A_deleted_concept_is_not_written()
    {
        await _host.ConstantClassifierAsync("model", (_runner, 0.95), (_walker, 0.95));
        var workflow = await _host.BandAsync("model", 0.3, 0.8, "auto", _runner, _walker);
        await _host.Get<WorkflowService>().SetDefaultAsync(_host.App.Id, null, default);
        var input = await _host.ProcessedAsync(1);
        await _host.Get<ConceptService>().DeleteAsync(_host.App.Id, "walker", default);

        var writes = await _host.Get<RunService>().RunAsync(workflow.Latest.Id, input, default);

        Assert.Equal([WriteOutcome.Written, WriteOutcome.ConceptGone], writes!.Select(w => w.Outcome));
    }

    private async Task<IReadOnlyList<(string, StatusCode)>> TagsAsync(Input input) =>
        [
            .. (await AnnotationsAsync(input))
                .OrderBy(a => a.ConceptExternalId, StringComparer.Ordinal)
                .Select(a => (a.ConceptExternalId, a.Status)),
        ];

    private async Task<IReadOnlyList<AnnotationView>> AnnotationsAsync(Input input) =>
        [.. (await _host.Get<AnnotationService>().OfInputsAsync([input.Id], default))[input.Id]];
}
