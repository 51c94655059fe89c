using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Platform;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Embeddings;

namespace Portal.Core.Services.Runs;

/// <summary>One run in full: what each node took and gave, and what became of each write.</summary>
public sealed record RunTrace(ReadyWorkflow Workflow, RunOutcome Outcome, IReadOnlyList<PlannedWrite> Writes);

/// <summary>
/// Runs workflow versions on inputs. A dry run and a real one are the same code, with and without the last step.
/// </summary>
public sealed class RunService(
    IDbContextFactory<PortalDbContext> contexts,
    WorkflowCatalog catalog,
    EmbeddingStore embeddings,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    private readonly LabelResolution _resolution = new(ids, clock);

    /// <summary>
    /// Runs the version an input was claimed with, on vectors made just now. A workflow that cannot run marks the run,
    /// not the input. Nothing is written yet.
    /// </summary>
    /// <param name="vector">The current embedder's.</param>
    /// <param name="past">Those of earlier embedders that the workflow reads, by embedder.</param>
    internal async Task<ProcessedInput> ProcessAsync(
        Input input,
        Half[] vector,
        IReadOnlyDictionary<long, Half[]>? past,
        CancellationToken ct
    )
    {
        var (workflow, outcome, error) = await TryRunAsync(input, vector, past, ct);
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        var code = await embeddings.EncodeAsync(vector, ct);
        return new ProcessedInput(input, Now, embedderId, vector, code, past, workflow, outcome, error);
    }

    /// <summary>Saves vectors, run and annotations, inside a transaction of the caller's.</summary>
    internal async Task SaveAsync(PortalDbContext db, ProcessedInput processed, CancellationToken ct)
    {
        var input = processed.Input;
        await SaveEmbeddingAsync(db, input.Id, processed.EmbedderId, processed.Vector, processed.Code, ct);
        // What neighbours are looked for among has a code; the past embedders' vectors only score.
        foreach (var (pastId, pastVector) in processed.Past ?? new Dictionary<long, Half[]>())
        {
            await SaveEmbeddingAsync(db, input.Id, pastId, pastVector, null, ct);
        }

        if (input.WorkflowVersionId is { } versionId)
        {
            var (workflow, outcome, error) = (processed.Workflow, processed.Outcome, processed.Error);
            await SaveRunAsync(db, input, versionId, workflow, outcome, error, processed.At, ct);
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Runs a version on an input that has been processed, and writes.</summary>
    /// <returns>What was written; null where the input lacks a vector that the workflow reads.</returns>
    public async Task<IReadOnlyList<PlannedWrite>?> RunAsync(long workflowVersionId, Input input, CancellationToken ct)
    {
        var workflow = await catalog.GetAsync(workflowVersionId, ct);
        var (source, _) = await SourceAsync(workflow, input, ct);
        if (source is null)
        {
            return null;
        }

        var outcome = WorkflowRunner.Run(workflow.Graph, source);
        if (await AsItIsAsync(workflow, input, outcome, ct) is { } asItIs)
        {
            return asItIs;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var writes = await SaveRunAsync(db, input, workflowVersionId, workflow, outcome, null, Now, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(input.AppId, ChangedNoun.Annotations);
        return writes;
    }

    /// <summary>
    /// Takes back a run of a version on an input: the run and what it wrote, unless a person decided about it since.
    /// What an earlier version of the workflow had written there comes back by running that one again.
    /// </summary>
    /// <param name="since">Only what was run at this time or later, UTC; an earlier run stands.</param>
    /// <returns>How many tags went.</returns>
    public async Task<int> TakeBackAsync(long workflowVersionId, Input input, DateTime since, CancellationToken ct)
    {
        long? before;
        int count;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var gone = await db
                .Runs.Where(r =>
                    r.InputId == input.Id && r.WorkflowVersionId == workflowVersionId && r.FinishedAt >= since
                )
                .ExecuteDeleteAsync(ct);
            if (gone == 0)
            {
                return 0;
            }

            var rows = await db
                .Annotations.Where(a =>
                    a.InputId == input.Id
                    && a.Origin == AnnotationOrigin.Workflow
                    && a.WorkflowVersionId == workflowVersionId
                    && !db.Labels.Any(l => l.InputId == a.InputId && l.ConceptId == a.ConceptId && l.IsHuman)
                )
                .ToListAsync(ct);
            count = rows.Count;
            db.Annotations.RemoveRange(rows);
            await db.SaveChangesAsync(ct);
            await _resolution.ResolveAsync(db, input.AppId, input.Id, rows.ConvertAll(r => r.ConceptId), ct);
            var version = await db.WorkflowVersions.SingleAsync(v => v.Id == workflowVersionId, ct);
            before = await (
                from r in db.Runs
                join v in db.WorkflowVersions on r.WorkflowVersionId equals v.Id
                where r.InputId == input.Id && v.WorkflowId == version.WorkflowId && r.Status == RunStatus.Succeeded
                orderby v.Number descending
                select (long?)v.Id
            ).FirstOrDefaultAsync(ct);
            await transaction.CommitAsync(ct);
        }
        changes.Publish(input.AppId, ChangedNoun.Annotations);
        if (before is { } earlier)
        {
            await RunAsync(earlier, input, ct);
        }

        return count;
    }

    /// <summary>
    /// Runs a version on a processed input and writes nothing. Also rebuilds the trace of a past run: the same versions
    /// give the same scores.
    /// </summary>
    /// <exception cref="PortalException">The input is not processed yet, lacks a vector that the version reads, or the
    /// version cannot run.</exception>
    public async Task<RunTrace> DryRunAsync(long workflowVersionId, Input input, CancellationToken ct)
    {
        var workflow = await catalog.GetAsync(workflowVersionId, ct);
        var (source, missing) = await SourceAsync(workflow, input, ct);
        return source is null ? throw missing! : await DryRunAsync(workflow, input, source, ct);
    }

    /// <summary>As <see cref="DryRunAsync(long, Input, CancellationToken)"/>.</summary>
    /// <returns>Null where the input lacks a vector that the workflow reads.</returns>
    public async Task<RunTrace?> DryRunIfEmbeddedAsync(long workflowVersionId, Input input, CancellationToken ct)
    {
        var workflow = await catalog.GetAsync(workflowVersionId, ct);
        var (source, _) = await SourceAsync(workflow, input, ct);
        return source is null ? null : await DryRunAsync(workflow, input, source, ct);
    }

    private async Task<RunTrace> DryRunAsync(ReadyWorkflow workflow, Input input, RunInput source, CancellationToken ct)
    {
        var outcome = WorkflowRunner.Run(workflow.Graph, source);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var plan = await WritePlan.MakeAsync(db, input.AppId, input.Id, workflow, outcome.Writes, ct);
        return new RunTrace(workflow, outcome, plan.Writes);
    }

    /// <summary>Runs a version on a picture that is no input, and writes nothing.</summary>
    /// <param name="past">Its vectors by the earlier embedders that <see cref="PastAsync"/> names.</param>
    public async Task<RunOutcome> DryRunAsync(
        long workflowVersionId,
        string inputId,
        Half[] vector,
        CancellationToken ct,
        IReadOnlyDictionary<long, Half[]>? past = null
    )
    {
        var workflow = await catalog.GetAsync(workflowVersionId, ct);
        return WorkflowRunner.Run(workflow.Graph, new RunInput(0, inputId, vector, Past: past));
    }

    /// <summary>The earlier embedders whose vectors a version reads; none where it cannot run.</summary>
    public async Task<IReadOnlyList<PastEmbedderUse>> PastAsync(long workflowVersionId, CancellationToken ct)
    {
        try
        {
            return (await catalog.GetAsync(workflowVersionId, ct)).Past;
        }
        catch (PortalException)
        {
            // The run itself says why.
            return [];
        }
    }

    /// <summary>An input's runs, newest first.</summary>
    public async Task<IReadOnlyList<Run>> OfInputAsync(long inputId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Runs.AsNoTracking()
            .Where(r => r.InputId == inputId)
            .OrderByDescending(r => r.FinishedAt)
            .ToListAsync(ct);
    }

    private async Task<(ReadyWorkflow? Workflow, RunOutcome? Outcome, string? Error)> TryRunAsync(
        Input input,
        Half[] vector,
        IReadOnlyDictionary<long, Half[]>? past,
        CancellationToken ct
    )
    {
        if (input.WorkflowVersionId is not { } versionId)
        {
            return (null, null, null);
        }

        using var running = Telemetry.Begin("run");
        try
        {
            var workflow = await catalog.GetAsync(versionId, ct);
            return (workflow, WorkflowRunner.Run(workflow.Graph, Source(input, vector, past)), null);
        }
        catch (PortalException e)
        {
            return (null, null, e.Message);
        }
    }

    /// <summary>
    /// What a run came to that succeeded before and would change nothing now: then nobody who writes is kept waiting
    /// for it. Null where there is something to save.
    /// </summary>
    private async Task<IReadOnlyList<PlannedWrite>?> AsItIsAsync(
        ReadyWorkflow workflow,
        Input input,
        RunOutcome outcome,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (
            !await db.Runs.AnyAsync(
                r =>
                    r.InputId == input.Id
                    && r.WorkflowVersionId == workflow.Version.Id
                    && r.Status == RunStatus.Succeeded,
                ct
            )
        )
        {
            return null;
        }

        var plan = await WritePlan.MakeAsync(db, input.AppId, input.Id, workflow, outcome.Writes, ct);
        return plan.ChangesNothing ? plan.Writes : null;
    }

    private async Task<IReadOnlyList<PlannedWrite>> SaveRunAsync(
        PortalDbContext db,
        Input input,
        long workflowVersionId,
        ReadyWorkflow? workflow,
        RunOutcome? outcome,
        string? error,
        DateTime startedAt,
        CancellationToken ct
    )
    {
        var run = await db.Runs.SingleOrDefaultAsync(
            r => r.InputId == input.Id && r.WorkflowVersionId == workflowVersionId,
            ct
        );
        if (run is null)
        {
            db.Runs.Add(
                run = new Run
                {
                    InputId = input.Id,
                    WorkflowVersionId = workflowVersionId,
                    Status = RunStatus.Failed,
                }
            );
        }
        // Running a version again changes nothing, so the times of the run that succeeded stand.
        if (run.Status == RunStatus.Failed)
        {
            run.Status = error is null ? RunStatus.Succeeded : RunStatus.Failed;
            run.Error = error;
            run.StartedAt = startedAt;
            run.FinishedAt = Now;
        }
        IReadOnlyList<PlannedWrite> writes = [];
        if (workflow is not null && outcome is not null)
        {
            var plan = await WritePlan.MakeAsync(db, input.AppId, input.Id, workflow, outcome.Writes, ct);
            await plan.ApplyAsync(db, _resolution, ids, Now, ct);
            writes = plan.Writes;
        }
        await db.SaveChangesAsync(ct);
        return writes;
    }

    private static async Task SaveEmbeddingAsync(
        PortalDbContext db,
        long inputId,
        long embedderId,
        Half[] vector,
        byte[]? code,
        CancellationToken ct
    )
    {
        if (await db.InputEmbeddings.AnyAsync(e => e.InputId == inputId && e.EmbedderId == embedderId, ct))
        {
            return;
        }

        db.InputEmbeddings.Add(
            new InputEmbedding
            {
                InputId = inputId,
                EmbedderId = embedderId,
                Vector = EmbeddingStore.ToBytes(vector),
            }
        );
        if (code is not null)
        {
            db.EmbeddingCodes.Add(
                new EmbeddingCode
                {
                    InputId = inputId,
                    EmbedderId = embedderId,
                    Code = code,
                }
            );
        }
    }

    /// <summary>An input with the stored vectors that a workflow reads, or what to say where one is missing.</summary>
    private async Task<(RunInput? Source, PortalException? Missing)> SourceAsync(
        ReadyWorkflow workflow,
        Input input,
        CancellationToken ct
    )
    {
        var vector = workflow.ReadsCurrent ? await embeddings.LoadAsync(input.Id, ct) : [];
        if (vector is null)
        {
            return (null, embeddings.Missing(input));
        }

        var past = new Dictionary<long, Half[]>();
        foreach (var use in workflow.Past)
        {
            if (past.ContainsKey(use.EmbedderId))
            {
                continue;
            }

            if (await embeddings.LoadAsync(input.Id, use.EmbedderId, ct) is not { } stored)
            {
                return (null, embeddings.Missing(input, use.EmbedderName));
            }

            past[use.EmbedderId] = stored;
        }
        return (Source(input, vector, past), null);
    }

    private static RunInput Source(Input input, Half[] vector, IReadOnlyDictionary<long, Half[]>? past) =>
        new(
            input.Id,
            input.ExternalId,
            vector,
            JsonNode.Parse(input.Metadata) as JsonObject,
            new InputMedia(input.FileName, input.MediaType, input.Width, input.Height),
            past
        );

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
