using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;
using InputFilter = Portal.Core.Domain.Explorer.InputFilter;

namespace Portal.Tests.Runs;

/// <summary>
/// A workflow that settles what it is sure of and sends all of it, drawn by chance with a share of 1, to a person as
/// well.
/// </summary>
public sealed class AuditTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private Concept _runner = null!;
    private WorkflowView _workflow = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync();
        _runner = await _host.ConceptAsync("runner");
        await _host.ConstantClassifierAsync("model", (_runner, 0.95));
        var models = _host.Get<ModelService>();
        await models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "sample",
            null,
            RandomSample.Id,
            new OutputDraft([], RandomSample.Params(1)),
            Ct
        );
        await WriterAsync("settle", StatusCode.AnnotationSuccess);
        await WriterAsync("ask", StatusCode.AnnotationAwaitingReview);
        var workflows = _host.Get<WorkflowService>();
        _workflow = await workflows.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "audited",
            null,
            [
                new("model", "model", null, []),
                new("settle", "settle", null, ["model"]),
                new("sample", "sample", null, ["model"]),
                new("ask", "ask", null, ["sample"]),
            ],
            Ct
        );
        await workflows.SetDefaultAsync(_host.App.Id, _workflow.Latest.Id, Ct);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_audited_tag_is_settled_and_still_waits_for_a_person()
    {
        var input = await _host.ProcessedAsync(1);

        var tag = Assert.Single(await ForReviewAsync());
        Assert.Equal((StatusCode.AnnotationSuccess, true, true), (tag.Status, tag.ReviewRequested, tag.IsForAudit));
        Assert.Equal((1, 1), await CountsAsync());
        Assert.Equal(1, Assert.Single(await _host.Get<AppService>().OverviewAsync(_host.User.Id, Ct)).Pending);

        var again = await _host.Get<RunService>().RunAsync(_workflow.Latest.Id, input, Ct);
        Assert.Equal(WriteOutcome.Unchanged, Assert.Single(again!).Outcome);
    }

    [Theory]
    [InlineData(true, StatusCode.AnnotationSuccess)]
    [InlineData(false, StatusCode.AnnotationReviewDenied)]
    public async Task A_decision_on_an_audited_tag_counts_and_ends_the_audit(bool agrees, StatusCode expected)
    {
        var input = await _host.ProcessedAsync(1);
        var tag = Assert.Single(await ForReviewAsync());
        var decisions = _host.Get<DecisionService>();

        var batch = await decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [new NewDecision(input.Id, _runner.Id, agrees, tag.Id)],
            Ct
        );

        Assert.Empty(await ForReviewAsync());
        // Whoever looks for audits finds the ones that were made too.
        var found = await _host
            .Get<InputQueries>()
            .FindAsync(_host.App.Id, new InputFilter { Statuses = AnnotationStatuses.Audited, Audit = true }, Ct);
        Assert.Equal([input.Id], found.Set.Ascending());
        Assert.Equal(1, (await _host.Get<InputQueries>().FacetsAsync(_host.App.Id, new InputFilter(), Ct)).Audit);
        var decided = await _host.Get<AnnotationService>().GetAsync(_host.App.Id, tag.ExternalId, Ct);
        Assert.Equal((expected, "owner", true), (decided.Status, decided.ReviewedBy, decided.ReviewRequested));

        await decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, Ct);
        Assert.True(Assert.Single(await ForReviewAsync()).IsForAudit);
    }

    [Fact]
    public async Task What_a_person_said_is_not_audited()
    {
        await _host.ProcessedAsync(1, new InputLabel("runner", true));

        Assert.Empty(await ForReviewAsync());
    }

    private Task<ModelView> WriterAsync(string id, StatusCode status) =>
        _host
            .Get<ModelService>()
            .CreateAsync(
                _host.App.Id,
                _host.User.Id,
                id,
                null,
                AnnotationWriter.Id,
                new OutputDraft([], AnnotationWriter.Params(status, "owner")),
                Ct
            );

    private Task<IReadOnlyList<AnnotationView>> ForReviewAsync() =>
        _host
            .Get<AnnotationService>()
            .ListAsync(_host.App.Id, AnnotationFilter.None with { ForReview = true }, null, 0, 10, Ct);

    private async Task<(int Present, int Waiting)> CountsAsync()
    {
        var counts = (await _host.Get<ConceptService>().CountAsync(_host.App.Id, Ct))[_runner.Id];
        return (counts.Present, counts.Waiting);
    }
}
