using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Bulk;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class BulkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BulkKind.Present)]
    [InlineData(BulkKind.Absent)]
    [InlineData(BulkKind.Approve)]
    [InlineData(BulkKind.Reject)]
    [InlineData(BulkKind.Delete)]
    public async Task A_step_over_several_batches_is_undone_as_one(BulkKind kind)
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var concept = await core.ConceptAsync("runner");
        var inputs = await FillAsync(core, concept.Id, 450);
        var before = await StateAsync(core);
        var bulk = core.Get<BulkService>();
        var step = bulk.Begin(kind, kind == BulkKind.Delete ? null : concept.Id);
        var heard = new List<int>();

        var result = await bulk.ApplyAsync(core.App.Id, core.User.Id, step, inputs, heard.Add, Ct);

        // Every third input has a pending tag, 42 of the others a person's ✓.
        var expected = kind switch
        {
            BulkKind.Present => 450 - 42,
            BulkKind.Approve or BulkKind.Reject => 150,
            _ => 450,
        };
        Assert.Equal((expected, kind == BulkKind.Delete ? 0 : expected), (result.Inputs, result.Tags));
        Assert.Equal([200, 400, 450], heard);
        Assert.NotEqual(before, await StateAsync(core));
        Assert.Equal(default, await bulk.ApplyAsync(core.App.Id, core.User.Id, step, inputs, _ => { }, Ct));

        await bulk.UndoAsync(core.App.Id, core.User.Id, step, inputs, _ => { }, Ct);
        Assert.Equal(before, await StateAsync(core));
    }

    [Fact]
    public async Task Another_persons_later_word_outlives_the_undo()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var concept = await core.ConceptAsync("runner");
        var inputs = await FillAsync(core, concept.Id, 3);
        var anna = await core.UserAsync("anna");
        var step = core.Get<BulkService>().Begin(BulkKind.Present, concept.Id);
        await core.Get<BulkService>().ApplyAsync(core.App.Id, core.User.Id, step, inputs, _ => { }, Ct);
        var first = inputs.Ascending().First();
        await core.Get<DecisionService>()
            .DecideAsync(core.App.Id, anna.Id, [new NewDecision(first, concept.Id, false)], Ct);

        await core.Get<BulkService>().UndoAsync(core.App.Id, core.User.Id, step, inputs, _ => { }, Ct);

        await using var db = core.Db();
        Assert.False((await db.Labels.SingleAsync(l => l.InputId == first, Ct)).Value);
    }

    [Fact]
    public async Task What_was_deleted_before_stays_deleted_and_a_taken_id_stays_with_its_new_owner()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var (one, two) = (await core.AcceptAsync(1), await core.AcceptAsync(2));
        await core.Get<InputService>().DeleteAsync(core.App.Id, one.ExternalId, Ct);
        var both = new InputSet([one.Id, two.Id]);
        var step = core.Get<BulkService>().Begin(BulkKind.Delete, null);
        Assert.Equal(
            1,
            (await core.Get<BulkService>().ApplyAsync(core.App.Id, core.User.Id, step, both, _ => { }, Ct)).Inputs
        );
        var newer = await core.Get<InputService>()
            .AcceptAsync(
                core.App.Id,
                core.User.Id,
                new NewInput(two.ExternalId),
                new MemoryStream(Pictures.Any(3)),
                Ct
            );

        await core.Get<BulkService>().UndoAsync(core.App.Id, core.User.Id, step, both, _ => { }, Ct);

        await using var db = core.Db();
        var rows = await db.Inputs.AsNoTracking().ToDictionaryAsync(i => i.Id, Ct);
        Assert.NotNull(rows[one.Id].DeletedAt);
        Assert.Null(rows[two.Id].DeletedAt);
        Assert.Equal(two.ExternalId, rows[newer.Id].ExternalId);
        Assert.NotEqual(two.ExternalId, rows[two.Id].ExternalId);
    }

    [Fact]
    public async Task A_large_step_runs_as_a_job_and_its_undo_as_another()
    {
        await using var core = await CoreHost.StartAsync();
        var concept = await core.ConceptAsync("runner");
        var inputs = await FillAsync(core, concept.Id, 250);
        var before = await StateAsync(core);
        var parameters = new BulkJob.Parameters(
            core.Get<BulkService>().Begin(BulkKind.Present, concept.Id),
            inputs.ToString()
        );

        Assert.Equal("Changed 226 tags on 226 inputs.", await RunAsync(core, parameters));
        Assert.Equal("Took back 226.", await RunAsync(core, parameters with { Undo = true }));

        Assert.Equal(before, await StateAsync(core));
    }

    [Fact]
    public async Task Running_a_workflow_on_a_selection_is_taken_back_with_what_it_replaced_restored()
    {
        await using var core = await CoreHost.StartAsync();
        var concept = await core.ConceptAsync("runner");
        var inputs = new List<Input>();
        for (var seed = 0; seed < 3; seed++)
        {
            inputs.Add(await core.ProcessedAsync(seed));
        }

        await core.ConstantClassifierAsync("model", (concept, 0.9));
        var workflows = core.Get<WorkflowService>();
        var first = await workflows.CreateBandAsync(
            core.App.Id,
            core.User.Id,
            "model",
            new Dictionary<string, (double, double)> { ["runner"] = (0.3, 0.8) },
            null,
            "owner",
            "auto",
            Ct
        );
        foreach (var input in inputs)
        {
            await core.Get<RunService>().RunAsync(first.Latest.Id, input, Ct);
        }

        var before = await StateAsync(core);
        await core.ConstantClassifierAsync("model", (concept, 0.5));
        // Saved anew, the graph takes the classifier's newest version.
        var nodes = first
            .Latest.Nodes.Select(n => new DraftNode(
                n.Id,
                n.ModelId,
                n.ModelId == "model" ? null : n.ModelVersionId,
                n.InputIds
            ))
            .ToList();
        var second = await workflows.AddVersionAsync(
            core.App.Id,
            core.User.Id,
            first.Workflow.ExternalId,
            null,
            nodes,
            Ct
        );
        var chosen = new BackfillJob.Parameters(
            second.Latest.Id,
            new InputSet([inputs[0].Id, inputs[2].Id]).ToString()
        );

        var job = await core.Get<JobService>()
            .StartAsync(core.App.Id, core.User.Id, JobKinds.Backfill, "run", chosen, Ct);
        await OverAsync(core, job);
        await using (var db = core.Db())
        {
            Assert.Equal(2, await db.Annotations.CountAsync(a => a.WorkflowVersionId == second.Latest.Id, Ct));
        }

        var undo = await core.Get<JobService>()
            .StartAsync(
                core.App.Id,
                core.User.Id,
                JobKinds.Backfill,
                "undo",
                chosen with
                {
                    UndoSince = job.CreatedAt,
                },
                Ct
            );
        await OverAsync(core, undo);

        Assert.Equal(before, await StateAsync(core));
    }

    private static async Task<string> RunAsync(CoreHost core, BulkJob.Parameters parameters) =>
        (
            await OverAsync(
                core,
                await core.Get<JobService>()
                    .StartAsync(core.App.Id, core.User.Id, JobKinds.Bulk, "step", parameters, Ct)
            )
        ).Message;

    private static Task<Job> OverAsync(CoreHost core, Job job) =>
        Wait.ForAsync(() => core.Get<JobService>().GetAsync(core.App.Id, job.ExternalId, Ct), j => j.IsOver);

    private static async Task<InputSet> FillAsync(CoreHost core, long conceptId, int count)
    {
        await using var db = core.Db();
        var inputs = Enumerable
            .Range(0, count)
            .Select(i => new Input
            {
                AppId = core.App.Id,
                ExternalId = $"i{i}",
                Status = StatusCode.InputSuccess,
                ContentHash = new string('0', 64),
                MediaType = "image/png",
            })
            .ToList();
        db.AddRange(inputs);
        await db.SaveChangesAsync(Ct);
        await core.Get<AnnotationService>()
            .WriteAsync(
                core.App.Id,
                core.User.Id,
                [
                    .. inputs
                        .Where((_, i) => i % 3 == 0)
                        .Select(i => new NewAnnotation(
                            i.Id,
                            conceptId,
                            true,
                            StatusCode.AnnotationPending,
                            Machine: true,
                            Score: 0.5
                        )),
                ],
                Ct
            );
        await core.Get<DecisionService>()
            .DecideAsync(
                core.App.Id,
                core.User.Id,
                [
                    .. inputs
                        .Where((_, i) => i % 7 == 3 && i % 3 != 0)
                        .Select(i => new NewDecision(i.Id, conceptId, true)),
                ],
                Ct
            );
        return new InputSet(inputs.Select(i => i.Id));
    }

    /// <summary>All that a reader can tell of inputs, tags and labels.</summary>
    private static async Task<string> StateAsync(CoreHost core)
    {
        await using var db = core.Db();
        var inputs = await db.Inputs.OrderBy(i => i.Id).Select(i => $"{i.ExternalId} {i.DeletedAt}").ToListAsync(Ct);
        var tags = await db
            .Annotations.OrderBy(a => a.InputId)
            .ThenBy(a => a.ConceptId)
            .ThenBy(a => a.Origin)
            .Select(a => $"{a.InputId} {a.Value} {a.Status} {a.ReviewedById} {a.WorkflowVersionId} {a.NodeId}")
            .ToListAsync(Ct);
        var labels = await db
            .Labels.OrderBy(l => l.InputId)
            .Select(l => $"{l.InputId} {l.Value} {l.IsHuman}")
            .ToListAsync(Ct);
        return string.Join('\n', inputs.Concat(tags).Concat(labels));
    }
}
