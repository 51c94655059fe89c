using Microsoft.EntityFrameworkCore;
using Portal.Commands;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Reembedding;
using Portal.Core.Services.Storage;
using Portal.Core.Services.Training;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;
using static Portal.Tests.Support.EmbedderSwap;

namespace Portal.Tests.Embeddings;

/// <summary>
/// A portal whose embedder was changed: what is uploaded, embedded again, trained and found meanwhile.
/// </summary>
public sealed class ReembeddingTests : IDisposable
{
    private readonly EmbedderSwap _swap = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _swap.Dispose();

    [Fact]
    public async Task Uploads_are_scored_by_the_old_model_until_it_is_trained_again_and_then_its_vectors_go()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
            Assert.Equal(
                ["red by workflow v1"],
                await TagsAsync(before, await ProcessedAsync(before, "first", Pictures.Square(20, Red, White)))
            );
            Assert.Null(await before.Get<ReembeddingService>().StateAsync(before.App.Id, Ct));
        }

        await using var host = await _swap.AfterAsync();
        var service = host.Get<ReembeddingService>();
        var change = (await service.StateAsync(host.App.Id, Ct))!;
        Assert.Equal(("after@32", 13, 0, false), (change.Current, change.Inputs, change.Embedded, change.CanRemove));
        Assert.Equal(["before@32"], change.Earlier);
        Assert.Equal(
            (1, "before@32", true, null),
            change.Models.Select(m => (m.Version, m.Embedder, m.IsInDefault, m.WhyGone)).Single()
        );

        var second = await ProcessedAsync(host, "second", Pictures.Square(21, Blue, White));
        Assert.Equal(["blue by workflow v1"], await TagsAsync(host, second));
        Assert.Equal([3, 6], await VectorsAsync(host, second.Id));

        var job = await JobAsync(host, await StartAsync(host), j => j.IsOver);
        Assert.Equal(
            (JobState.Succeeded, "Embedded 13 inputs.", 13, 13),
            (job.State, job.Message, job.Done, job.Total)
        );
        change = (await service.StateAsync(host.App.Id, Ct))!;
        Assert.Equal((14, 14, 1), (change.Inputs, change.Embedded, change.Models.Count));
        Assert.Null(await service.StartAsync(host.App.Id, host.User.Id, Ct));

        await TrainAgainAsync(host);
        var third = await ProcessedAsync(host, "third", Pictures.Square(22, Red, White));
        Assert.Equal(["red by workflow v2"], await TagsAsync(host, third));
        Assert.Equal([6], await VectorsAsync(host, third.Id));
        Assert.Null(await Wait.ForAsync(() => service.StateAsync(host.App.Id, Ct), state => state is null));
        Assert.Equal([6], await VectorsAsync(host, second.Id));
        var removal = (await host.Get<JobService>().ListAsync(host.App.Id, [JobKinds.Reembedding], 1, Ct))[0];
        Assert.Equal("Remove vectors of earlier embedders", removal.Title);
    }

    [Fact]
    public async Task The_newest_inputs_come_first_and_a_job_that_is_cut_short_goes_on_after_a_restart_without_doing_any_twice()
    {
        long[] ids;
        await using (var before = await _swap.BeforeAsync())
        {
            ids = await UploadAsync(before, 20);
        }

        string jobId;
        var (killed, gate) = await _swap.AfterAsync(free: 16);
        jobId = (await StartAsync(killed)).ExternalId;
        var embedded = await Wait.ForAsync(() => EmbeddedAsync(killed), e => e.Count == 16);
        Assert.Equal(ids[4..], embedded);
        var stopping = killed.DisposeAsync();
        gate.Open();
        await stopping;

        await using var host = await _swap.AfterAsync();
        var job = await Wait.ForAsync(() => host.Get<JobService>().GetAsync(host.App.Id, jobId, Ct), j => j.IsOver);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(ids, await EmbeddedAsync(host));
        // Nothing is trained on the old vectors, so they are gone.
        Assert.All(await Task.WhenAll(ids.Select(id => VectorsAsync(host, id))), lengths => Assert.Equal([6], lengths));
    }

    [Fact]
    public async Task It_can_be_paused_and_resumed_and_cancelled_and_started_again()
    {
        long[] ids;
        await using (var before = await _swap.BeforeAsync())
        {
            ids = await UploadAsync(before, 40);
        }

        var (host, gate) = await _swap.AfterAsync(free: 16);
        await using var _ = host;
        var jobs = host.Get<JobService>();
        var job = await StartAsync(host);
        Assert.Equal(job.Id, (await StartAsync(host)).Id);
        await JobAsync(host, job, j => j.Done == 16);
        await jobs.PauseAsync(host.App.Id, job.ExternalId, Ct);
        gate.Open();
        var paused = await JobAsync(host, job, j => j.State == JobState.Paused);
        Assert.Equal((16, 40), (paused.Done, paused.Total));

        await jobs.CancelAsync(host.App.Id, job.ExternalId, Ct);
        await JobAsync(host, job, j => j.State == JobState.Cancelled);
        Assert.Equal(16, (await EmbeddedAsync(host)).Count);
        var again = await JobAsync(host, await StartAsync(host), j => j.IsOver);

        Assert.Equal((JobState.Succeeded, 24), (again.State, again.Total));
        Assert.Equal(ids, await EmbeddedAsync(host));
    }

    [Fact]
    public async Task Without_the_old_network_uploads_wait_with_the_reason_and_training_again_lets_them_go()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
        }

        _swap.LoseNetworks();
        await using var host = await _swap.AfterAsync();

        await AcceptAsync(host, "held", Pictures.Square(30, Red, White));
        await AcceptAsync(host, "held-labelled", Pictures.Square(31, Blue, White), new InputLabel("blue", true));
        var held = await Wait.ForAsync(
            () => host.Get<InputService>().GetAsync(host.App.Id, "held", Ct),
            i => i.StatusDetail is not null
        );
        await Wait.ForAsync(
            () => host.Get<InputService>().GetAsync(host.App.Id, "held-labelled", Ct),
            i => i.StatusDetail is not null
        );
        Assert.Equal((StatusCode.InputPending, 0), (held.Status, held.Attempts));
        Assert.StartsWith(
            "Waits until the model Colours is trained again: version 1 in the default workflow reads vectors of "
                + "before@32, and networks/",
            held.StatusDetail,
            StringComparison.Ordinal
        );
        Assert.Empty(await VectorsAsync(host, held.Id));
        Assert.Equal(0, (await host.Get<InputQueue>().DepthAsync(Ct)).Waiting);
        Assert.Equal(2, Assert.Single(await host.Get<FailedInputs>().ReasonsHeldAsync(host.App.Id, 5, Ct)).Count);
        Assert.NotNull(
            Assert.Single((await host.Get<ReembeddingService>().StateAsync(host.App.Id, Ct))!.Models).WhyGone
        );

        var version = await TrainAgainAsync(host);

        // The label that came with an upload that waited is learned from.
        Assert.Equal(13, version.Summary!.Inputs);
        var released = await EndedAsync(host, "held");
        Assert.Equal((StatusCode.InputSuccess, null), (released.Status, released.StatusDetail));
        Assert.Equal(["red by workflow v2"], await TagsAsync(host, released));
        Assert.Equal([6], await VectorsAsync(host, released.Id));
        Assert.Equal(StatusCode.InputSuccess, (await EndedAsync(host, "held-labelled")).Status);
        var workflow = await host.Get<WorkflowService>().GetAsync(host.App.Id, "band", Ct);
        Assert.Equal([(2, true), (1, false)], workflow.Versions.Select(v => (v.Number, v.IsDefault)));
        var refused = await Assert.ThrowsAsync<PortalException>(() =>
            host.Get<WorkflowService>().SetDefaultAsync(host.App.Id, workflow.Versions[1].Id, Ct)
        );
        Assert.Contains("before@32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_goes_on_when_the_old_network_is_back_at_a_start()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
        }

        using var away = new TemporaryFolder();
        var (kept, safe) = (
            Directory.GetFiles(Path.Combine(_swap.Root, "networks")).Single(),
            Path.Combine(away.Path, "network")
        );
        File.Move(kept, safe);
        await using (var without = await _swap.AfterAsync())
        {
            await AcceptAsync(without, "held", Pictures.Square(30, Red, White));
            await Wait.ForAsync(
                () => without.Get<InputService>().GetAsync(without.App.Id, "held", Ct),
                i => i.StatusDetail is not null
            );
        }
        // Another network under its name is no help.
        await File.WriteAllBytesAsync(kept, TinyNetwork.Write(channelsLast: true), Ct);
        await using (var wrong = await _swap.AfterAsync())
        {
            await Wait.ForAsync(
                () => wrong.Get<InputService>().GetAsync(wrong.App.Id, "held", Ct),
                i => i.StatusDetail?.Contains("is another network", StringComparison.Ordinal) == true
            );
        }

        File.Move(safe, kept, overwrite: true);

        await using var host = await _swap.AfterAsync();

        var held = await EndedAsync(host, "held");
        Assert.Equal(["red by workflow v1"], await TagsAsync(host, held));
        Assert.Equal([3, 6], await VectorsAsync(host, held.Id));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_decoded_any_more_is_named_and_stops_nothing()
    {
        long[] ids;
        await using (var before = await _swap.BeforeAsync())
        {
            ids = await UploadAsync(before, 3);
            var gone = await before.Get<InputService>().GetAsync(before.App.Id, "picture-1", Ct);
            File.Delete(before.Get<BlobStore>().PathOf(gone.ContentHash));
        }
        await using var host = await _swap.AfterAsync();

        var job = await JobAsync(host, await StartAsync(host), j => j.IsOver);

        Assert.Equal(
            (
                JobState.Succeeded,
                "Embedded 2 inputs. 1 could not be decoded any more and are marked as failed: picture-1. Removed 3 "
                    + "vectors of earlier embedders."
            ),
            (job.State, job.Message)
        );
        var failed = await host.Get<InputService>().GetAsync(host.App.Id, "picture-1", Ct);
        Assert.Equal((StatusCode.InputFailed, BlobStore.GoneText), (failed.Status, failed.StatusDetail));
        Assert.Equal([ids[0], ids[2]], await EmbeddedAsync(host));
        Assert.Null(await host.Get<ReembeddingService>().StateAsync(host.App.Id, Ct));
    }

    [Fact]
    public async Task Training_embeds_what_is_labelled_first_and_leaves_the_rest_to_the_job()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
            await UploadAsync(before, 3);
        }
        await using var host = await _swap.AfterAsync();

        var version = await TrainAgainAsync(host);

        // The other three have the machine's tags only.
        Assert.Equal(12, version.Summary!.Inputs);
        var training = (await host.Get<JobService>().ListAsync(host.App.Id, [JobKinds.Training], 1, Ct))[0];
        Assert.Contains(
            " 3 inputs with the machine's tags only were left out: they have no vector of after@32 yet.",
            training.Message,
            StringComparison.Ordinal
        );
        var change = (await host.Get<ReembeddingService>().StateAsync(host.App.Id, Ct))!;
        Assert.Equal((15, 12, 0), (change.Inputs, change.Embedded, change.Models.Count));
        var after = await ProcessedAsync(host, "after", Pictures.Square(23, Blue, White));
        Assert.Equal(["blue by workflow v2"], await TagsAsync(host, after));
    }

    [Fact]
    public async Task Existing_inputs_are_run_on_their_old_vectors_until_the_model_is_trained_again()
    {
        Input unlabelled;
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
            await before.Get<WorkflowService>().SetDefaultAsync(before.App.Id, null, Ct);
            unlabelled = await ProcessedAsync(before, "unlabelled", Pictures.Square(24, Red, White));
        }
        await using var host = await _swap.AfterAsync();
        var workflow = await host.Get<WorkflowService>().GetAsync(host.App.Id, "band", Ct);
        // No default workflow needs the old vector, so this one has none.
        Assert.Equal(
            [6],
            await VectorsAsync(host, (await ProcessedAsync(host, "new", Pictures.Square(25, Red, White))).Id)
        );

        var job = await host.Get<JobService>()
            .StartAsync(
                host.App.Id,
                host.User.Id,
                JobKinds.Backfill,
                "Run",
                new BackfillJob.Parameters(workflow.Latest.Id),
                Ct
            );
        job = await JobAsync(host, job, j => j.IsOver);

        Assert.Equal(["red by workflow v1"], await TagsAsync(host, unlabelled));
        Assert.StartsWith("Ran on 13 inputs;", job.Message, StringComparison.Ordinal);
        Assert.Contains(
            " 1 were left out: they have no vector of the embedder that the workflow reads.",
            job.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Similar_pictures_are_found_among_what_is_embedded_and_the_rest_says_what_to_do()
    {
        long[] ids;
        await using (var before = await _swap.BeforeAsync())
        {
            ids = await UploadAsync(before, 4);
        }

        await using var host = await _swap.AfterAsync();
        var similar = host.Get<SimilarInputs>();

        var refused = await Assert.ThrowsAsync<PortalException>(() =>
            similar.FindAsync(host.App.Id, [ids[0]], null, 5, Ct)
        );
        Assert.Contains("Re-embed the app's inputs", refused.Message, StringComparison.Ordinal);
        var late = await ProcessedAsync(host, "late", Pictures.Any(50));
        Assert.Empty(await similar.FindAsync(host.App.Id, [late.Id], null, 5, Ct));
        await JobAsync(host, await StartAsync(host), j => j.IsOver);

        Assert.Equal(
            ids,
            (await similar.FindAsync(host.App.Id, [late.Id], null, 5, Ct)).Select(hit => hit.InputId).Order()
        );
    }

    [Fact]
    public async Task The_command_embeds_everything_again()
    {
        long[] ids;
        await using (var before = await _swap.BeforeAsync())
        {
            ids = await UploadAsync(before, 3);
        }

        Assert.Equal(
            0,
            await ReembedCommand.RunAsync([
                "reembed",
                "--app",
                "owner/park",
                $"--Storage:Root={_swap.Root}",
                $"--Embedder:Definition={_swap.AfterDefinition}",
                "--Embedder:Side=32",
            ])
        );

        await using var host = await _swap.AfterAsync();
        Assert.Equal(ids, await EmbeddedAsync(host));
        Assert.Null(await host.Get<ReembeddingService>().StateAsync(host.App.Id, Ct));
        Assert.Equal(1, await ReembedCommand.RunAsync(["reembed", $"--Storage:Root={_swap.Root}"]));
    }

    [Fact]
    public async Task A_backup_holds_the_networks_that_models_were_trained_on()
    {
        await using (var before = await _swap.BeforeAsync())
        {
            await TrainAsync(before);
        }

        using var backup = new TemporaryFolder();

        await StorageBackup.BackUpAsync(new StorageOptions { Root = _swap.Root }, backup.Path, null, Ct);

        Assert.Equal(
            Directory.GetFiles(Path.Combine(_swap.Root, "networks")).Select(File.ReadAllBytes),
            Directory.GetFiles(Path.Combine(backup.Path, "networks")).Select(File.ReadAllBytes)
        );
    }

    /// <summary>The default network on another side is another embedder, with the same file.</summary>
    [Fact]
    public async Task The_default_network_on_another_side_scores_for_a_model_of_the_first()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await CoreHost.StartAsync(folder.Path))
        {
            await TrainAsync(before);
        }

        await using var host = await CoreHost.StartAsync(folder.Path, settings: ("Embedder:Side", "64"));
        var upload = await ProcessedAsync(host, "upload", Pictures.Square(26, Red, White));
        Assert.Equal(["red by workflow v1"], await TagsAsync(host, upload));
        Assert.Equal([512, 512], await VectorsAsync(host, upload.Id));
        var job = await JobAsync(host, await StartAsync(host), j => j.IsOver);
        Assert.Equal((JobState.Succeeded, "Embedded 12 inputs."), (job.State, job.Message));
        await TrainAgainAsync(host);
        await Wait.ForAsync(() => host.Get<ReembeddingService>().StateAsync(host.App.Id, Ct), state => state is null);
        Assert.Equal([512], await VectorsAsync(host, upload.Id));
        Assert.Equal(
            ["red by workflow v2"],
            await TagsAsync(host, await ProcessedAsync(host, "last", Pictures.Square(27, Red, White)))
        );
    }

    private static async Task<long[]> UploadAsync(CoreHost host, int count)
    {
        var ids = new long[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = (await host.AcceptAsync(i)).Id;
        }

        for (var i = 0; i < count; i++)
        {
            Assert.Equal(StatusCode.InputSuccess, (await EndedAsync(host, $"picture-{i}")).Status);
        }

        return ids;
    }

    /// <summary>Inputs with a vector of the current embedder, each as often as it has one.</summary>
    private static async Task<IReadOnlyList<long>> EmbeddedAsync(CoreHost host)
    {
        var embedderId = await host.Get<EmbeddingStore>().EmbedderIdAsync(Ct);
        await using var db = host.Db();
        return await db
            .InputEmbeddings.Where(e => e.EmbedderId == embedderId)
            .OrderBy(e => e.InputId)
            .Select(e => e.InputId)
            .ToListAsync(Ct);
    }
}
