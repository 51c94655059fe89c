using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Automation;

/// <summary>What a workflow version would do to some inputs.</summary>
/// <param name="Inputs">Inputs it was tried on.</param>
/// <param name="Concepts">Per concept a classifier of the workflow scores, in the order of first appearance.</param>
public sealed record PreviewSummary(int Inputs, IReadOnlyList<ConceptPreview> Concepts);

/// <summary>
/// In how many of the sampled inputs a concept would come out how. The four add up to the inputs that were scored.
/// </summary>
/// <param name="Decided">A person decided already, so nothing is written.</param>
/// <param name="Dropped">No writer gets it, or what it would write is kept back.</param>
public sealed record ConceptPreview(long ConceptId, int Success, int Pending, int Decided, int Dropped);

/// <summary>Tries a workflow version on a sample of an app's inputs, writing nothing.</summary>
public sealed class WorkflowPreview(IDbContextFactory<PortalDbContext> contexts, RunService runs)
{
    /// <summary>Processed inputs of an app by chance.</summary>
    public async Task<IReadOnlyList<Input>> DrawAsync(long appId, int size, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Inputs.Where(i => i.AppId == appId && i.Status == StatusCode.InputSuccess && i.DeletedAt == null)
            .DrawAsync(size, ct);
    }

    /// <param name="size">How many inputs to try at most.</param>
    /// <exception cref="PortalException">The version cannot run.</exception>
    public async Task<PreviewSummary> SampleAsync(long appId, long workflowVersionId, int size, CancellationToken ct)
    {
        var inputs = await DrawAsync(appId, size, ct);
        var concepts = new Dictionary<long, ConceptPreview>();
        var tried = 0;
        foreach (var input in inputs)
        {
            if (await runs.DryRunIfEmbeddedAsync(workflowVersionId, input, ct) is not { } trace)
            {
                continue;
            }

            tried++;
            var writes = trace.Writes.ToDictionary(w => w.Write.ConceptId);
            foreach (var conceptId in trace.Outcome.Nodes.SelectMany(n => n.Out).Select(s => s.ConceptId).Distinct())
            {
                var counted = concepts.GetValueOrDefault(conceptId) ?? new ConceptPreview(conceptId, 0, 0, 0, 0);
                concepts[conceptId] = Count(counted, writes.GetValueOrDefault(conceptId));
            }
        }
        return new PreviewSummary(tried, [.. concepts.Values]);
    }

    private static ConceptPreview Count(ConceptPreview counted, PlannedWrite? write) =>
        write switch
        {
            { Outcome: WriteOutcome.KeptPerson } => counted with { Decided = counted.Decided + 1 },
            { Outcome: WriteOutcome.Written or WriteOutcome.Unchanged, Write.Status: StatusCode.AnnotationSuccess } =>
                counted with
                {
                    Success = counted.Success + 1,
                },
            { Outcome: WriteOutcome.Written or WriteOutcome.Unchanged } => counted with
            {
                Pending = counted.Pending + 1,
            },
            _ => counted with { Dropped = counted.Dropped + 1 },
        };
}
