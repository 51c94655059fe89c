using System.Text.Json.Nodes;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;
using Xunit.Sdk;

namespace Portal.Tests.Runs;

/// <summary>
/// What holds of every workflow, tried on graphs, scores and decisions by chance over the real database.
/// </summary>
public sealed class AnyGraphTests : IAsyncLifetime
{
    private const int Graphs = 12;
    private static readonly StatusCode[] s_statuses =
    [
        StatusCode.AnnotationSuccess,
        StatusCode.AnnotationPending,
        StatusCode.AnnotationAwaitingReview,
    ];
    private CoreHost _host = null!;
    private Concept[] _concepts = [];
    private Input _input = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync();
        _concepts =
        [
            await _host.ConceptAsync("walker"),
            await _host.ConceptAsync("runner"),
            await _host.ConceptAsync("stroller"),
        ];
        _input = await _host.ProcessedAsync(1);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_dry_run_tells_what_the_run_writes_a_rerun_changes_nothing_and_people_win()
    {
        var seed = Random.Shared.Next();
        for (var round = 0; round < Graphs; round++, seed++)
        {
            try
            {
                await TryAsync(new Random(seed));
            }
            catch (Exception e)
            {
                throw new XunitException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    private async Task TryAsync(Random random)
    {
        var runs = _host.Get<RunService>();
        var decisions = _host.Get<DecisionService>();
        var version = await WorkflowAsync(random);
        var decided = _concepts.Where(_ => random.Next(3) == 0).ToDictionary(c => c.Id, _ => random.Next(2) == 0);
        var batch = await decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [.. decided.Select(d => new NewDecision(_input.Id, d.Key, d.Value))],
            Ct
        );

        var before = await _host.DumpAsync();
        var dry = await runs.DryRunAsync(version, _input, Ct);
        Assert.Equal(before, await _host.DumpAsync());

        var written = await runs.RunAsync(version, _input, Ct);
        Assert.Equal(dry.Writes.Select(Told), written!.Select(Told));
        Assert.All(
            written!,
            write => Assert.Equal(decided.ContainsKey(write.Write.ConceptId), write.Outcome == WriteOutcome.KeptPerson)
        );
        Assert.Equal(
            written!
                .Where(w => w.Outcome == WriteOutcome.Written)
                .Select(w => (w.Write.ConceptId, w.Write.NodeId, w.Write.Status, w.Write.ReviewRequested))
                .Order(),
            (await MachineAsync(version)).Select(a => (a.ConceptId, a.NodeId!, a.Status, a.ReviewRequested)).Order()
        );
        Assert.All(decided, d => Assert.Equal((d.Value, true), Label(d.Key)));

        var after = await _host.DumpAsync();
        var again = await runs.RunAsync(version, _input, Ct);
        Assert.All(
            again!,
            write =>
                Assert.Equal(
                    decided.ContainsKey(write.Write.ConceptId) ? WriteOutcome.KeptPerson : WriteOutcome.Unchanged,
                    write.Outcome
                )
        );
        Assert.Equal(after, await _host.DumpAsync());

        // What a person says afterwards stands too, whatever runs then, until it is undone.
        var later = await decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [.. _concepts.Select(c => new NewDecision(_input.Id, c.Id, false))],
            Ct
        );
        await runs.RunAsync(version, _input, Ct);
        Assert.All(_concepts, concept => Assert.Equal((false, true), Label(concept.Id)));
        Assert.DoesNotContain(await MachineAsync(version), a => a.Status == StatusCode.AnnotationSuccess);
        await decisions.UndoAsync(_host.App.Id, _host.User.Id, later, Ct);
        await decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, Ct);
    }

    private static (long, string, StatusCode, double, bool, WriteOutcome) Told(PlannedWrite planned) =>
        (
            planned.Write.ConceptId,
            planned.Write.NodeId,
            planned.Write.Status,
            planned.Write.Score,
            planned.Write.ReviewRequested,
            planned.Outcome
        );

    private async Task<IReadOnlyList<AnnotationView>> MachineAsync(long version) =>
        [
            .. (await _host.Get<AnnotationService>().OfInputsAsync([_input.Id], Ct))[_input.Id]
                .Where(a => a.WorkflowVersionId == version),
        ];

    private (bool Value, bool IsHuman) Label(long conceptId)
    {
        using var db = _host.Db();
        var label = db.Labels.Single(l => l.InputId == _input.Id && l.ConceptId == conceptId);
        return (label.Value, label.IsHuman);
    }

    /// <summary>A classifier with scores by chance and up to a dozen nodes behind it.</summary>
    private async Task<long> WorkflowAsync(Random random)
    {
        var tag = random.Next().ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        await _host.ConstantClassifierAsync(
            $"scores-{tag}",
            [.. _concepts.Select(c => (c, 0.01 + (0.98 * random.NextDouble())))]
        );
        List<DraftNode> nodes = [new("scores", $"scores-{tag}", null, [])];
        for (var i = random.Next(3, 13); i > 0; i--)
        {
            (string TypeId, OutputDraft Output) kind = random.Next(8) switch
            {
                0 => (RandomSample.Id, new OutputDraft([], RandomSample.Params(random.NextDouble()))),
                1 => (
                    InputFilter.Id,
                    new OutputDraft(
                        [],
                        new JsonObject
                        {
                            ["input_property"] = "WIDTH",
                            ["comparison"] = random.Next(2) == 0 ? "AT_LEAST" : "AT_MOST",
                            ["value"] = "100",
                        }
                    )
                ),
                2 => (
                    ConceptSynonymMapper.Id,
                    new OutputDraft([new DraftConcept(Any(random), TargetId: Any(random))], [])
                ),
                3 or 4 => (
                    ConceptThresholder.Id,
                    new OutputDraft(
                        [.. _concepts.Select(c => new DraftConcept(c.ExternalId, random.NextDouble()))],
                        ConceptThresholder.Params((ThresholdOperator)random.Next(1, 5))
                    )
                ),
                _ => (
                    AnnotationWriter.Id,
                    new OutputDraft([], AnnotationWriter.Params(s_statuses[random.Next(3)], "owner"))
                ),
            };
            var model = await _host
                .Get<ModelService>()
                .CreateAsync(_host.App.Id, _host.User.Id, null, "node", kind.TypeId, kind.Output, Ct);
            var inputs = Enumerable
                .Range(0, random.Next(1, 3))
                .Select(_ => nodes[random.Next(nodes.Count)].Id)
                .Distinct()
                .ToList();
            nodes.Add(new DraftNode($"node-{i}", model.Model.ExternalId, null, inputs));
        }
        return (
            await _host.Get<WorkflowService>().CreateAsync(_host.App.Id, _host.User.Id, $"graph-{tag}", null, nodes, Ct)
        )
            .Latest
            .Id;
    }

    private string Any(Random random) => _concepts[random.Next(_concepts.Length)].ExternalId;
}
