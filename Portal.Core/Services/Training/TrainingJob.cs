using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Platform;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;
using Portal.Core.Services.Workflows;

namespace Portal.Core.Services.Training;

/// <summary>Trains one classifier version, and starts its evaluation.</summary>
public sealed class TrainingJob(
    IDbContextFactory<PortalDbContext> contexts,
    AppService apps,
    TrainingData data,
    EmbeddingStore embeddings,
    PastEmbedders pastEmbedders,
    InputEmbedder inputEmbedder,
    ReembeddingService reembedding,
    WorkflowService workflows,
    IClassifierTrainer trainer,
    EvaluationService evaluations,
    TimeProvider clock,
    ChangeFeed changes
) : IJobHandler
{
    private const int ProgressSteps = 100;
    private static readonly TimeSpan WaitForInputs = TimeSpan.FromMilliseconds(200);

    public string Kind => JobKinds.Training;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var versionId = VersionId(job);
        await SetStatusAsync(job.AppId, versionId, StatusCode.ModelTraining, null, ct);
        await WaitForLabelledInputsAsync(job.AppId, progress, ct);
        var leftOut = await EmbedLabelledInputsAsync(job.AppId, progress, ct);

        progress.Report(0, ProgressSteps, "Reading labels and embeddings");
        var started = clock.GetTimestamp();
        var app = await apps.GetAsync(job.AppId, ct);
        var output = await OutputAsync(versionId, ct);
        var settings = ClassifierSettings.Read(output.Params);
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await pastEmbedders.KeepAsync(embedderId, ct);
        var labelled = await data.GatherAsync(
            job.AppId,
            [.. output.Concepts.Select(c => c.ConceptId)],
            embedderId,
            embeddings.Dimensions,
            settings.PeopleOnly,
            app.ImplicitNegatives,
            ct
        );

        progress.Report(0, ProgressSteps, "Training");
        var options = new TrainingOptions
        {
            MutuallyExclusive = settings.MutuallyExclusive,
            ClosedEnvironment = settings.ClosedEnvironment,
        };
        var head = await TrainAsync(labelled, options, progress, ct);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var summary = new TrainingSummary(
            labelled.Set.Count,
            seconds,
            app.ImplicitNegatives,
            settings.PeopleOnly,
            labelled.Counts
        );
        await SaveAsync(job, versionId, head, embedderId, summary, ct);
        evaluations.Started(job.AppId);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"Trained on {summary.Inputs} inputs in {seconds:0.0} s."
        );
        if (leftOut > 0 && !settings.PeopleOnly)
        {
            words += string.Create(
                CultureInfo.InvariantCulture,
                $" {leftOut} inputs with the machine's tags only were left out: they have no vector of "
                    + $"{embeddings.CurrentName} yet."
            );
        }

        return words + await RenewAsync(job, versionId, ct);
    }

    /// <summary>
    /// A version of an earlier embedder in the default workflow gives way to this one: it could go on only as long as
    /// its network's file is there, and uploads would be embedded twice for it.
    /// </summary>
    /// <returns>What became of it, in words; empty where there was none.</returns>
    private async Task<string> RenewAsync(Job job, long versionId, CancellationToken ct)
    {
        try
        {
            var isRenewed = await workflows.RenewDefaultAsync(job.AppId, job.CreatedById, versionId, ct);
            // Vectors that only its predecessor needed can go.
            reembedding.Forget(job.AppId);
            if (await reembedding.StateAsync(job.AppId, ct) is { CanRemove: true })
            {
                await reembedding.StartAsync(job.AppId, job.CreatedById, ct);
            }

            return isRenewed
                ? " The default workflow uses it now, in place of the version of an earlier embedder."
                : "";
        }
        catch (PortalException e)
        {
            return $" The default workflow keeps the version of an earlier embedder: {e.Message}";
        }
    }

    /// <summary>
    /// After a change of the embedder, what people labelled comes first, so that training need not wait until all
    /// inputs of the app are done. What only the machine labelled can be most of an app, and waits for the job that
    /// embeds all.
    /// </summary>
    /// <returns>How many inputs with the machine's labels only have no vector yet.</returns>
    private async Task<int> EmbedLabelledInputsAsync(long appId, JobProgress progress, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        int total,
            leftOut;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (await db.Embedders.CountAsync(ct) < 2)
            {
                return 0;
            }

            total = await InputEmbedder.MissingLabelled(db, appId, embedderId, isHuman: true).CountAsync(ct);
            leftOut = await InputEmbedder.MissingLabelled(db, appId, embedderId, isHuman: false).CountAsync(ct);
        }
        if (total == 0)
        {
            return leftOut;
        }

        var done = 0;
        progress.Report(0, ProgressSteps, $"Embedding {total} labelled inputs with {embeddings.CurrentName} first");
        await inputEmbedder.RunAsync(
            appId,
            (db, id) => InputEmbedder.MissingLabelled(db, appId, id, isHuman: true),
            (added, refused) =>
            {
                done += added + refused.Count;
                progress.Report(
                    0,
                    ProgressSteps,
                    $"Embedding labelled inputs with {embeddings.CurrentName} first: {done} of {total}"
                );
            },
            ct
        );
        return leftOut;
    }

    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var status = reason?.Code is StatusCode.ModelNoData or StatusCode.ModelNoPositives or StatusCode.ModelOneClass
            ? reason.Code
            : StatusCode.ModelTrainingFailed;
        await SetStatusAsync(job.AppId, VersionId(job), status, reason?.Message ?? "The training was cancelled.", ct);
    }

    /// <summary>
    /// Labels given with an upload count as soon as the picture is embedded; training a moment after the upload must
    /// not miss them.
    /// </summary>
    private async Task WaitForLabelledInputsAsync(long appId, JobProgress progress, CancellationToken ct)
    {
        int waiting;
        while ((waiting = await data.CountUnprocessedAsync(appId, ct)) > 0)
        {
            progress.Report(0, ProgressSteps, $"Waiting for {waiting} labelled inputs that are still being processed");
            await Task.Delay(WaitForInputs, clock, ct);
        }
    }

    private async Task<ClassifierHead> TrainAsync(
        LabelledInputs labelled,
        TrainingOptions options,
        JobProgress progress,
        CancellationToken ct
    )
    {
        try
        {
            var report = new InlineProgress(share =>
                progress.Report((int)(share * ProgressSteps), ProgressSteps, "Training")
            );
            return await LowPriority.RunAsync(
                () => trainer.Train(labelled.Set, options, report, ct),
                Waiting.Somebody,
                ct
            );
        }
        catch (PortalException e)
            when (e is { Code: StatusCode.ModelNoPositives or StatusCode.ModelOneClass, Subject: { } lacking })
        {
            var names = string.Join(
                ", ",
                await NamesAsync([.. lacking.Split(',').Select(id => long.Parse(id, CultureInfo.InvariantCulture))], ct)
            );
            throw new PortalException(
                e.Code,
                e.Code == StatusCode.ModelNoPositives
                    ? $"No input is labelled ✓ for {names}. Label a few inputs with ✓ for each concept, or take "
                        + $"those concepts out of the model."
                    : $"No input is labelled ✗ for {names}, so there is nothing to tell it from. Label a few inputs "
                        + $"with ✗ for each concept."
            );
        }
    }

    private async Task<List<string>> NamesAsync(List<long> conceptIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Concepts.Where(c => conceptIds.Contains(c.Id))
            .OrderBy(c => c.Id)
            .Select(c => c.Name)
            .ToListAsync(ct);
    }

    private async Task<OutputInfo> OutputAsync(long versionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return OutputInfo.FromJson(
            await db.ModelVersions.Where(v => v.Id == versionId).Select(v => v.Output).SingleAsync(ct)
        );
    }

    private async Task SaveAsync(
        Job job,
        long versionId,
        ClassifierHead head,
        long embedderId,
        TrainingSummary summary,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.SingleAsync(v => v.Id == versionId, ct);
        if (version.Status == StatusCode.ModelTrained)
        {
            return;
        }

        version.Head = head.ToBytes();
        version.EmbedderId = embedderId;
        version.Summary = JsonSerializer.Serialize(summary);
        version.Status = StatusCode.ModelTrained;
        version.StatusDetail = null;
        version.TrainedAt = clock.GetUtcNow().UtcDateTime;
        var name = await db.Models.Where(m => m.Id == version.ModelId).Select(m => m.Name).SingleAsync(ct);
        await evaluations.QueueAsync(
            db,
            job.AppId,
            job.CreatedById,
            new EvaluationJob.Parameters(versionId, IsAutomatic: true),
            $"Evaluate {name} v{version.Number}",
            ct
        );
        await db.SaveChangesAsync(ct);
    }

    private async Task SetStatusAsync(
        long appId,
        long versionId,
        StatusCode status,
        string? detail,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .ModelVersions.Where(v => v.Id == versionId && v.Status != StatusCode.ModelTrained)
            .ExecuteUpdateAsync(
                set => set.SetProperty(v => v.Status, status).SetProperty(v => v.StatusDetail, detail),
                ct
            );
        changes.Publish(appId, ChangedNoun.Models);
    }

    private static long VersionId(Job job) =>
        JsonSerializer.Deserialize<TrainingParameters>(job.Parameters)!.ModelVersionId;
}
