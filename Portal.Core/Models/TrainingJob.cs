using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Apps;
using Portal.Core.Embeddings;
using Portal.Core.Errors;
using Portal.Core.Evaluation;
using Portal.Core.Interop;
using Portal.Core.Jobs;
using Portal.Core.Storage;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Models;

/// <summary>Trains one classifier version, and starts its evaluation.</summary>
public sealed class TrainingJob(
    IDbContextFactory<PortalDbContext> contexts, AppService apps, TrainingData data, EmbeddingStore embeddings, IClassifierTrainer trainer,
    EvaluationService evaluations, TimeProvider clock, ChangeFeed changes) : IJobHandler
{
    public const string JobKind = "train";
    private const int ProgressSteps = 100;
    private static readonly TimeSpan WaitForInputs = TimeSpan.FromMilliseconds(200);

    public sealed record Parameters(long ModelVersionId);

    public string Kind => JobKind;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var versionId = VersionId(job);
        await SetStatusAsync(job.AppId, versionId, StatusCode.ModelTraining, null, ct);
        await WaitForLabelledInputsAsync(job.AppId, progress, ct);

        progress.Report(0, ProgressSteps, "Reading labels and embeddings");
        var started = clock.GetTimestamp();
        var app = await apps.GetAsync(job.AppId, ct);
        var output = await OutputAsync(versionId, ct);
        var settings = ClassifierSettings.Read(output.Params);
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        var labelled = await data.GatherAsync(
            job.AppId, [.. output.Concepts.Select(c => c.ConceptId)], embedderId, embeddings.Dimensions, settings.PeopleOnly, app.ImplicitNegatives, ct);

        progress.Report(0, ProgressSteps, "Training");
        var options = new TrainingOptions { MutuallyExclusive = settings.MutuallyExclusive, ClosedEnvironment = settings.ClosedEnvironment };
        var head = await TrainAsync(labelled, options, progress, ct);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var summary = new TrainingSummary(labelled.Set.Count, seconds, app.ImplicitNegatives, settings.PeopleOnly, labelled.Counts);
        await SaveAsync(job, versionId, head, embedderId, summary, ct);
        evaluations.Started(job.AppId);
        return string.Create(CultureInfo.InvariantCulture, $"Trained on {summary.Inputs} inputs in {seconds:0.0} s.");
    }

    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var status = reason?.Code is StatusCode.ModelNoData or StatusCode.ModelNoPositives or StatusCode.ModelOneClass ? reason.Code : StatusCode.ModelTrainingFailed;
        await SetStatusAsync(job.AppId, VersionId(job), status, reason?.Message ?? "The training was cancelled.", ct);
    }

    /// <summary>Labels given with an upload count as soon as the picture is embedded; training a moment after the upload must not miss them.</summary>
    private async Task WaitForLabelledInputsAsync(long appId, JobProgress progress, CancellationToken ct)
    {
        int waiting;
        while ((waiting = await data.CountUnprocessedAsync(appId, ct)) > 0)
        {
            progress.Report(0, ProgressSteps, $"Waiting for {waiting} labelled inputs that are still being processed");
            await Task.Delay(WaitForInputs, clock, ct);
        }
    }

    private async Task<ClassifierHead> TrainAsync(LabelledInputs labelled, TrainingOptions options, JobProgress progress, CancellationToken ct)
    {
        try
        {
            var report = new InlineProgress(share => progress.Report((int)(share * ProgressSteps), ProgressSteps, "Training"));
            return await LowPriority.RunAsync(() => trainer.Train(labelled.Set, options, report, ct), Waiting.Somebody, ct);
        }
        catch (PortalException e) when (e is { Code: StatusCode.ModelNoPositives or StatusCode.ModelOneClass, Subject: { } lacking })
        {
            var names = string.Join(", ", await NamesAsync([.. lacking.Split(',').Select(id => long.Parse(id, CultureInfo.InvariantCulture))], ct));
            throw new PortalException(e.Code, e.Code == StatusCode.ModelNoPositives
                ? $"No input is labelled ✓ for {names}. Label a few inputs with ✓ for each concept, or take those concepts out of the model."
                : $"No input is labelled ✗ for {names}, so there is nothing to tell it from. Label a few inputs with ✗ for each concept.");
        }
    }

    private async Task<List<string>> NamesAsync(List<long> conceptIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Concepts.Where(c => conceptIds.Contains(c.Id)).OrderBy(c => c.Id).Select(c => c.Name).ToListAsync(ct);
    }

    private async Task<OutputInfo> OutputAsync(long versionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return OutputInfo.FromJson(await db.ModelVersions.Where(v => v.Id == versionId).Select(v => v.Output).SingleAsync(ct));
    }

    private async Task SaveAsync(Job job, long versionId, ClassifierHead head, long embedderId, TrainingSummary summary, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.SingleAsync(v => v.Id == versionId, ct);
        if (version.Status == StatusCode.ModelTrained) return;
        version.Head = head.ToBytes();
        version.EmbedderId = embedderId;
        version.Summary = JsonSerializer.Serialize(summary);
        version.Status = StatusCode.ModelTrained;
        version.StatusDetail = null;
        version.TrainedAt = clock.GetUtcNow().UtcDateTime;
        var name = await db.Models.Where(m => m.Id == version.ModelId).Select(m => m.Name).SingleAsync(ct);
        await evaluations.QueueAsync(db, job.AppId, job.CreatedById, new EvaluationJob.Parameters(versionId, IsAutomatic: true), $"Evaluate {name} v{version.Number}", ct);
        await db.SaveChangesAsync(ct);
    }

    private async Task SetStatusAsync(long appId, long versionId, StatusCode status, string? detail, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.ModelVersions.Where(v => v.Id == versionId && v.Status != StatusCode.ModelTrained)
            .ExecuteUpdateAsync(set => set.SetProperty(v => v.Status, status).SetProperty(v => v.StatusDetail, detail), ct);
        changes.Publish(appId, ChangedNoun.Models);
    }

    private static long VersionId(Job job) => JsonSerializer.Deserialize<Parameters>(job.Parameters)!.ModelVersionId;
}
