using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Evaluation;

/// <summary>Evaluations of model versions: started, read.</summary>
public sealed class EvaluationService(
    IDbContextFactory<PortalDbContext> contexts,
    JobService jobs,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>The evaluation of a version, or null when it never had one.</summary>
    public async Task<VersionEvaluation?> FindAsync(long modelVersionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db
            .ModelEvaluations.AsNoTracking()
            .SingleOrDefaultAsync(e => e.ModelVersionId == modelVersionId, ct);
        return row is null
            ? null
            : new VersionEvaluation(
                row.Status,
                row.Detail,
                row.ImplicitNegatives,
                row.ModifiedAt,
                row.Scores is null ? null : HeldOutScores.FromBytes(row.Scores)
            );
    }

    /// <summary>How far each version of a model is evaluated, by the version's key, without the scores.</summary>
    public async Task<IReadOnlyDictionary<long, VersionEvaluation>> OfModelAsync(long modelId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from e in db.ModelEvaluations
            join v in db.ModelVersions on e.ModelVersionId equals v.Id
            where v.ModelId == modelId
            select e
        ).ToDictionaryAsync(
            e => e.ModelVersionId,
            e => new VersionEvaluation(e.Status, e.Detail, e.ImplicitNegatives, e.ModifiedAt, null),
            ct
        );
    }

    /// <summary>Evaluates a trained version by the labels there are now, again if it was evaluated before.</summary>
    public async Task StartAsync(
        long appId,
        long userId,
        ModelView model,
        ModelVersionView version,
        CancellationToken ct
    )
    {
        if (version is not { Status: StatusCode.ModelTrained, Summary: not null })
        {
            throw new PortalException(
                StatusCode.ModelUntrained,
                $"Version {version.Number} of '{model.Model.Name}' is not trained, so there is nothing to evaluate.",
                version.ExternalId
            );
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        await QueueAsync(
            db,
            appId,
            userId,
            new EvaluationJob.Parameters(version.Id),
            $"Evaluate {model.Model.Name} v{version.Number}",
            ct
        );
        await db.SaveChangesAsync(ct);
        Started(appId);
    }

    /// <summary>
    /// Adds the job to a transaction of the caller's, who calls <see cref="Started"/> after the commit.
    /// </summary>
    internal async Task QueueAsync(
        PortalDbContext db,
        long appId,
        long userId,
        EvaluationJob.Parameters wanted,
        string title,
        CancellationToken ct
    )
    {
        var row = await db.ModelEvaluations.SingleOrDefaultAsync(e => e.ModelVersionId == wanted.ModelVersionId, ct);
        if (row is null)
        {
            db.ModelEvaluations.Add(row = new ModelEvaluation { ModelVersionId = wanted.ModelVersionId });
        }

        (row.Status, row.Detail, row.ModifiedAt) = (
            StatusCode.ModelQueuedForEvaluation,
            null,
            clock.GetUtcNow().UtcDateTime
        );
        jobs.Add(db, appId, userId, JobKinds.Evaluation, title, wanted);
    }

    internal void Started(long appId)
    {
        jobs.Started(appId);
        changes.Publish(appId, ChangedNoun.Models);
    }
}
