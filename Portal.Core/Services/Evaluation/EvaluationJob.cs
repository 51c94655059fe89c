using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Platform;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Evaluation;

/// <summary>
/// Evaluates one classifier version by cross-validation on people's labels: classifiers with its settings, each trained
/// without a fold. Labels that are too few are no failure of the job; the evaluation then says what is missing.
/// </summary>
public sealed class EvaluationJob(
    IDbContextFactory<PortalDbContext> contexts,
    AppService apps,
    TrainingData data,
    LabelSampling methods,
    EmbeddingStore embeddings,
    IClassifierTrainer trainer,
    TimeProvider clock,
    ChangeFeed changes
) : IJobHandler
{
    private const int ProgressSteps = 100;

    /// <summary>The same labels always fall into the same folds, so that versions can be compared.</summary>
    private const int Seed = 1;

    /// <param name="IsAutomatic">It follows a training, and nobody waits for it once the model is trained
    /// again.</param>
    public sealed record Parameters(long ModelVersionId, bool IsAutomatic = false);

    public string Kind => JobKinds.Evaluation;

    public JobLane Lane => JobLane.Evaluation;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var (versionId, isAutomatic) = Read(job);
        if (isAutomatic && await NewerAsync(versionId, ct) is { } newer)
        {
            var reason = $"v{newer} was trained before this one's turn came. Evaluate it by hand to compare the two.";
            await SaveAsync(
                job.AppId,
                versionId,
                row => (row.Status, row.Detail) = (StatusCode.ModelNotEvaluated, reason),
                ct
            );
            progress.Skip();
            return reason;
        }
        await SaveAsync(job.AppId, versionId, row => row.Status = StatusCode.ModelEvaluating, ct);
        progress.Report(0, ProgressSteps, "Reading people’s labels");
        var (output, isCalibrated, embedderId, dimensions) = await VersionAsync(versionId, ct);
        var settings = ClassifierSettings.Read(output.Params);
        var app = await apps.GetAsync(job.AppId, ct);
        var labelled = await data.GatherAsync(
            job.AppId,
            [.. output.Concepts.Select(c => c.ConceptId)],
            embedderId,
            dimensions,
            peopleOnly: true,
            app.ImplicitNegatives,
            ct
        );
        var drawn = await methods.OfAsync(job.AppId, labelled, app.ImplicitNegatives, ct);
        var options = new TrainingOptions
        {
            MutuallyExclusive = settings.MutuallyExclusive,
            ClosedEnvironment = settings.ClosedEnvironment,
        };
        try
        {
            var report = new InlineProgress(share =>
                progress.Report((int)(share * ProgressSteps), ProgressSteps, "Cross-validating")
            );
            var result = await LowPriority.RunAsync(
                () => new CrossValidation(trainer).Run(labelled.Set, options, Seed, report, ct),
                Waiting.Nobody,
                ct
            );
            var folds = result.Folds.Max() + 1;
            var scores = HeldOutScores.Of(labelled, result, drawn);
            if (isCalibrated)
            {
                scores = Calibration.Of(scores, settings.MutuallyExclusive).Scores;
            }

            await SaveAsync(
                job.AppId,
                versionId,
                row =>
                {
                    row.Status = StatusCode.ModelEvaluated;
                    row.Detail =
                        folds == CrossValidation.MaxFolds
                            ? null
                            : $"There are few labels, so there were {folds} parts instead of "
                                + $"{CrossValidation.MaxFolds}. More ✗ make the figures firmer.";
                    row.ImplicitNegatives = app.ImplicitNegatives;
                    row.Scores = scores.ToBytes();
                },
                ct
            );
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Evaluated on {labelled.Set.Count} inputs in {folds} parts."
            );
        }
        catch (PortalException e)
        {
            // A part without a ✓ or a ✗ of a concept cannot be trained on: that is too few labels, too.
            var code = e.Code == StatusCode.EvaluationTooFewConcepts ? e.Code : StatusCode.EvaluationTooFewInputs;
            var reason = await InWordsAsync(e, ct);
            await SaveAsync(
                job.AppId,
                versionId,
                row => (row.Status, row.Detail, row.Scores) = (code, reason, null),
                ct
            );
            progress.Skip();
            return $"Not evaluated yet. {reason}";
        }
    }

    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct) =>
        SaveAsync(
            job.AppId,
            Read(job).ModelVersionId,
            row =>
                (row.Status, row.Detail) = (
                    StatusCode.ModelNotEvaluated,
                    reason?.Message ?? "The evaluation was cancelled."
                ),
            ct
        );

    /// <summary>The number of the newest trained version of the model; null where it is this one.</summary>
    private async Task<int?> NewerAsync(long versionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from v in db.ModelVersions
            join other in db.ModelVersions on v.ModelId equals other.ModelId
            where v.Id == versionId && other.Number > v.Number && other.Status == StatusCode.ModelTrained
            select (int?)other.Number
        ).MaxAsync(ct);
    }

    private async Task SaveAsync(long appId, long versionId, Action<ModelEvaluation> change, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.ModelEvaluations.SingleOrDefaultAsync(e => e.ModelVersionId == versionId, ct) is not { } row)
        {
            return;
        }

        change(row);
        row.ModifiedAt = clock.GetUtcNow().UtcDateTime;
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
    }

    private async Task<string> InWordsAsync(PortalException e, CancellationToken ct)
    {
        if (e.Subject is not { } keys)
        {
            return e.Message;
        }

        List<long> few = [.. keys.Split(',').Select(key => long.Parse(key, CultureInfo.InvariantCulture))];
        await using var db = await contexts.CreateDbContextAsync(ct);
        var names = await db
            .Concepts.Where(c => few.Contains(c.Id))
            .OrderBy(c => c.Id)
            .Select(c => c.Name)
            .ToListAsync(ct);
        return $"{e.Message} Missing: {string.Join(", ", names)}.";
    }

    private async Task<(OutputInfo Output, bool IsCalibrated, long EmbedderId, int Dimensions)> VersionAsync(
        long versionId,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.AsNoTracking().SingleAsync(v => v.Id == versionId, ct);
        var summary = version.Summary is null ? null : JsonSerializer.Deserialize<TrainingSummary>(version.Summary);
        // A version of an earlier embedder is judged by that embedder's vectors, as long as they are there.
        var embedderId = version.EmbedderId ?? await embeddings.EmbedderIdAsync(ct);
        var dimensions = await db.Embedders.Where(e => e.Id == embedderId).Select(e => e.Dimensions).SingleAsync(ct);
        return (OutputInfo.FromJson(version.Output), summary?.CalibratedFrom is not null, embedderId, dimensions);
    }

    private static Parameters Read(Job job) => JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
}
