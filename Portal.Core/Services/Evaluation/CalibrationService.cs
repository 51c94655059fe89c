using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Platform;

namespace Portal.Core.Services.Evaluation;

/// <summary>Makes calibrated versions. A trained version never changes, so calibrating one makes the next.</summary>
public sealed class CalibrationService(
    IDbContextFactory<PortalDbContext> contexts,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>What calibrating a version would do to its held-out scores.</summary>
    public static Calibration Try(ModelVersionView version, HeldOutScores scores) =>
        Calibration.Of(scores, ClassifierSettings.Read(version.Output.Params).MutuallyExclusive);

    /// <summary>
    /// Makes a version with the same concepts whose outputs are divided by temperatures; its evaluation is that of the
    /// calibrated scores.
    /// </summary>
    /// <returns>The new version's id.</returns>
    /// <exception cref="PortalException">The version is not evaluated, is calibrated already, or would gain
    /// nothing.</exception>
    public async Task<string> CalibrateAsync(long appId, long userId, ModelVersionView version, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var source = await db.ModelVersions.AsNoTracking().SingleAsync(v => v.Id == version.Id, ct);
        var evaluation = await db
            .ModelEvaluations.AsNoTracking()
            .SingleOrDefaultAsync(e => e.ModelVersionId == version.Id, ct);
        if (
            source.Head is not { } head
            || evaluation?.Scores is not { } stored
            || version.Summary is not { CalibratedFrom: null } summary
        )
        {
            throw new PortalException(
                StatusCode.ModelNotEvaluated,
                "Only an evaluated version that is not calibrated yet can be calibrated. Evaluate it first.",
                version.ExternalId
            );
        }

        var calibration = await LowPriority.RunAsync(
            () => Try(version, HeldOutScores.FromBytes(stored)),
            Waiting.Somebody,
            ct
        );
        if (!calibration.Helps)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                "Calibrating this version would make its scores no better chances.",
                version.ExternalId
            );
        }

        // A version and its evaluation, once made, stay as they are: only the number must be nobody else's.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var made = new ModelVersion
        {
            ModelId = source.ModelId,
            ExternalId = ids.NewId(),
            Number = 1 + await db.ModelVersions.Where(v => v.ModelId == source.ModelId).MaxAsync(v => v.Number, ct),
            Status = StatusCode.ModelTrained,
            Output = source.Output,
            Head = ClassifierHead.FromBytes(head).DividedBy(calibration.Temperatures).ToBytes(),
            EmbedderId = source.EmbedderId,
            Summary = JsonSerializer.Serialize(summary with { CalibratedFrom = source.Number }),
            CreatedById = userId,
            CreatedAt = now,
            TrainedAt = now,
        };
        db.ModelVersions.Add(made);
        await db.SaveChangesAsync(ct);
        db.ModelEvaluations.Add(
            new ModelEvaluation
            {
                ModelVersionId = made.Id,
                Status = StatusCode.ModelEvaluated,
                Detail = evaluation.Detail,
                ImplicitNegatives = evaluation.ImplicitNegatives,
                Scores = calibration.Scores.ToBytes(),
                ModifiedAt = now,
            }
        );
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
        return made.ExternalId;
    }
}
