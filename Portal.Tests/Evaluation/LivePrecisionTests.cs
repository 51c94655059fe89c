using Bunit;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Features.Evaluation;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Evaluation;

/// <summary>A band with a guarantee, to which an audit of everything it accepts was added.</summary>
public sealed class LivePrecisionTests : IAsyncLifetime
{
    private PageHost _pages = null!;
    private CoreHost _host = null!;
    private Concept _runner = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pages = await PageHost.StartAsync();
        _host = _pages.Core;
        _runner = await _host.ConceptAsync("runner");
        await _host.ConstantClassifierAsync("model", (_runner, 0.95));
        var workflows = _host.Get<WorkflowService>();
        var band = await workflows.CreateBandAsync(
            _host.App.Id,
            _host.User.Id,
            "model",
            new Dictionary<string, (double, double)> { ["runner"] = (0.3, 0.8) },
            new Dictionary<string, double> { ["runner"] = 0.05 },
            "owner",
            "band",
            Ct
        );
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
        await models.CreateAsync(
            _host.App.Id,
            _host.User.Id,
            "ask",
            null,
            AnnotationWriter.Id,
            new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationAwaitingReview, "owner")),
            Ct
        );
        var draft = band.Latest.Nodes.Select(n => new DraftNode(n.Id, n.ModelId, null, n.InputIds)).ToList();
        var audited = await workflows.AddVersionAsync(
            _host.App.Id,
            _host.User.Id,
            "band",
            null,
            [
                .. draft,
                new DraftNode("sample", "sample", null, ["sure"]),
                new DraftNode("ask", "ask", null, ["sample"]),
            ],
            Ct
        );
        await workflows.SetDefaultAsync(_host.App.Id, audited.Latest.Id, Ct);
    }

    public ValueTask DisposeAsync() => _pages.DisposeAsync();

    [Fact]
    public async Task What_people_say_of_audited_tags_is_the_live_precision_of_the_version()
    {
        await AuditAsync(right: 3, wrong: 1, waiting: 2);

        var row = Assert.Single(await _host.Get<LivePrecision>().OfAppAsync(_host.App.Id, Ct));

        Assert.Equal(
            ("band", 2, _runner.Id, 3, 4, 2),
            (row.WorkflowId, row.VersionNumber, row.ConceptId, row.Right, row.Reviewed, row.Waiting)
        );
        Assert.Equal(0.05, row.GuaranteedError);
        Assert.Equal((3, 4), (Assert.Single(row.Weeks).Right, row.Weeks[0].Reviewed));
        Assert.Equal(DayOfWeek.Monday, row.Weeks[0].Monday.DayOfWeek);
        Assert.False(row.IsBelowGuarantee);
        Assert.Empty(_pages.Context.Render<DriftNotice>().FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Tags_that_are_wrong_more_often_than_guaranteed_are_warned_of()
    {
        await AuditAsync(right: 1, wrong: 4, waiting: 0);

        Assert.True(Assert.Single(await _host.Get<LivePrecision>().OfAppAsync(_host.App.Id, Ct)).IsBelowGuarantee);
        Assert.Contains(
            "runner",
            _pages.Context.Render<DriftNotice>().Find("[role=alert]").TextContent,
            StringComparison.Ordinal
        );
        var card = _pages.Context.Render<LivePrecisionCard>(p => p.Add(c => c.WorkflowId, "band"));
        Assert.Contains("below 95 %", card.Find(".broken").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.308497)]
    [InlineData(8, 10, 0.443905, 0.974789)]
    [InlineData(10, 10, 0.691503, 1)]
    [InlineData(95, 100, 0.887165, 0.983571)]
    public void The_interval_is_that_of_published_tables(int right, int reviewed, double lowest, double highest)
    {
        var row = new AuditedPrecision("w", "W", 1, 1, right, reviewed, 0, null, []);

        Assert.Equal(lowest, row.Lowest, 1e-5);
        Assert.Equal(highest, row.Highest, 1e-5);
    }

    private async Task AuditAsync(int right, int wrong, int waiting)
    {
        for (var seed = 0; seed < right + wrong + waiting; seed++)
        {
            var input = await _host.ProcessedAsync(seed);
            var tag = (await _host.Get<AnnotationService>().OfInputsAsync([input.Id], Ct))[input.Id].Single();
            if (seed < right + wrong)
            {
                await _host
                    .Get<DecisionService>()
                    .DecideAsync(
                        _host.App.Id,
                        _host.User.Id,
                        [
                            new NewDecision(
                                input.Id,
                                _runner.Id,
                                seed < right,
                                tag.Id,
                                SamplingMethod: SamplingMethod.Audit
                            ),
                        ],
                        Ct
                    );
            }
        }
    }
}
