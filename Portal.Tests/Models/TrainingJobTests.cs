using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Training;
using Portal.Tests.Support;

namespace Portal.Tests.Models;

public sealed class TrainingJobTests
{
    private static readonly (byte, byte, byte) Red = (220, 30, 30);
    private static readonly (byte, byte, byte) Blue = (30, 30, 220);
    private static readonly (byte, byte, byte) White = (250, 250, 250);

    [Fact]
    public async Task A_few_labelled_pictures_train_a_model_that_tells_new_ones_apart()
    {
        await using var host = await WithModelAsync();
        for (var seed = 0; seed < 8; seed++)
        {
            await AcceptAsync(host, $"red-{seed}", Pictures.Square(seed, Red, White), new InputLabel("red", true));
            await AcceptAsync(host, $"blue-{seed}", Pictures.Square(seed, Blue, White), new InputLabel("blue", true));
        }

        // Trained at once: labels given with the upload count though the pictures are still being processed.
        var version = await TrainedAsync(host);

        Assert.Equal(StatusCode.ModelTrained, version.Status);
        Assert.Equal(
            (16, true, false),
            (version.Summary!.Inputs, version.Summary.ImplicitNegatives, version.Summary.PeopleOnly)
        );
        Assert.All(version.Summary.Concepts, c => Assert.Equal((8, 8, 8), (c.Present, c.Absent, c.ImplicitAbsent)));
        var (red, blue) = (
            await ScoresAsync(host, Pictures.Square(100, Red, White)),
            await ScoresAsync(host, Pictures.Square(101, Blue, White))
        );
        Assert.True(red[0] > 0.7 && red[1] < 0.3, $"A red picture scored {red[0]:0.00} red, {red[1]:0.00} blue.");
        Assert.True(blue[1] > 0.7 && blue[0] < 0.3, $"A blue picture scored {blue[0]:0.00} red, {blue[1]:0.00} blue.");
    }

    [Fact]
    public async Task Without_labels_training_says_that_there_is_no_data()
    {
        await using var host = await WithModelAsync();
        await AcceptAsync(host, "one", Pictures.Any(1));

        Assert.Equal(StatusCode.ModelNoData, (await TrainedAsync(host)).Status);
    }

    [Fact]
    public async Task A_concept_without_a_yes_is_named()
    {
        await using var host = await WithModelAsync();
        await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true));

        var version = await TrainedAsync(host);

        Assert.Equal(StatusCode.ModelNoPositives, version.Status);
        Assert.Contains("✓ for blue.", version.StatusDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_concept_without_a_no_is_named()
    {
        await using var host = await WithModelAsync();
        await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true), new InputLabel("blue", true));
        await AcceptAsync(host, "two", Pictures.Any(2), new InputLabel("red", true), new InputLabel("blue", false));

        var version = await TrainedAsync(host);

        Assert.Equal(StatusCode.ModelOneClass, version.Status);
        Assert.Contains("✗ for red,", version.StatusDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concepts_that_exclude_each_other_need_two_classes()
    {
        await using var host = await WithModelAsync();
        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "single",
                null,
                null,
                new OutputDraft([new DraftConcept("red")], new JsonObject { ["concepts_mutually_exclusive"] = true }),
                default
            );
        await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true));

        Assert.Equal(StatusCode.ModelOneClass, (await TrainedAsync(host, "single")).Status);
    }

    [Fact]
    public async Task The_apps_switch_turns_implied_negatives_off()
    {
        await using var host = await WithModelAsync();
        await host.Get<AppService>().UpdateAsync(host.App.Id, null, null, implicitNegatives: false, default);
        await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true));
        await AcceptAsync(host, "two", Pictures.Any(2), new InputLabel("blue", true));

        Assert.Equal(StatusCode.ModelOneClass, (await TrainedAsync(host)).Status);
    }

    [Fact]
    public async Task A_training_that_waits_for_pictures_can_be_cancelled()
    {
        await using var host = await WithModelAsync(workers: false);
        await using var runner = await RunnerAsync(host);
        await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true));
        var (version, job) = await host.Get<ModelService>().TrainAsync(host.App.Id, host.User.Id, "model", default);
        await Wait.ForAsync(
            () => JobAsync(host, job),
            j => j.Message.StartsWith("Waiting for 1", StringComparison.Ordinal)
        );

        await host.Get<JobService>().CancelAsync(host.App.Id, job.ExternalId, default);

        await Wait.ForAsync(() => JobAsync(host, job), j => j.State == JobState.Cancelled);
        var left = await host.Get<ModelService>().GetVersionAsync(host.App.Id, "model", version.ExternalId, default);
        Assert.Equal((StatusCode.ModelTrainingFailed, "The training was cancelled."), (left.Status, left.StatusDetail));
    }

    [Fact]
    public async Task A_training_that_a_restart_cut_short_is_done_after_it()
    {
        using var folder = new TemporaryFolder();
        string versionId;
        await using (var host = await WithModelAsync(folder.Path, workers: false))
        {
            await using var runner = await RunnerAsync(host);
            await AcceptAsync(host, "one", Pictures.Any(1), new InputLabel("red", true));
            await AcceptAsync(host, "two", Pictures.Any(2), new InputLabel("blue", true));
            var (version, job) = await host.Get<ModelService>().TrainAsync(host.App.Id, host.User.Id, "model", default);
            versionId = version.ExternalId;
            await Wait.ForAsync(
                () => JobAsync(host, job),
                j => j.Message.StartsWith("Waiting for 2", StringComparison.Ordinal)
            );
        }

        await using var again = await CoreHost.StartAsync(folder.Path);

        await Wait.ForAsync(
            () => again.Get<ModelService>().GetVersionAsync(again.App.Id, "model", versionId, default),
            v => v.Status == StatusCode.ModelTrained
        );
    }

    /// <summary>An app with the concepts red and blue and an untrained model over them.</summary>
    private static async Task<CoreHost> WithModelAsync(string? root = null, bool workers = true)
    {
        var host = await CoreHost.StartAsync(root, workers);
        foreach (var id in new[] { "red", "blue" })
        {
            await host.ConceptAsync(id);
        }

        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "model",
                null,
                null,
                new OutputDraft([new DraftConcept("red"), new DraftConcept("blue")], []),
                default
            );
        return host;
    }

    private static Task<Input> AcceptAsync(CoreHost host, string id, byte[] picture, params InputLabel[] labels) =>
        host.Get<InputService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput(id, Labels: labels),
                new MemoryStream(picture),
                default
            );

    private static async Task<ModelVersionView> TrainedAsync(CoreHost host, string modelId = "model")
    {
        var (version, _) = await host.Get<ModelService>().TrainAsync(host.App.Id, host.User.Id, modelId, default);
        return await Wait.ForAsync(
            () => host.Get<ModelService>().GetVersionAsync(host.App.Id, modelId, version.ExternalId, default),
            v => v.Status is not (StatusCode.ModelQueued or StatusCode.ModelTraining)
        );
    }

    private static async Task<double[]> ScoresAsync(CoreHost host, byte[] picture)
    {
        var vector = await host.Get<PictureEmbedder>().EmbedAsync(new MemoryStream(picture), default);
        var predictor = await host.Get<PredictionService>().GetAsync(host.App.Id, "model", null, default);
        return [.. predictor.Predict("picture", vector).OrderBy(s => s.ConceptId).Select(s => s.Score)];
    }

    private static Task<Job> JobAsync(CoreHost host, Job job) =>
        host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, default);

    /// <summary>Jobs are run, inputs are not worked off.</summary>
    private static async Task<StartedRunner> RunnerAsync(CoreHost host)
    {
        var runner = ActivatorUtilities.CreateInstance<JobRunner>(host.Get<IServiceProvider>());
        await runner.StartAsync(default);
        return new StartedRunner(runner);
    }

    private sealed record StartedRunner(JobRunner Runner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Runner.StopAsync(default);
            Runner.Dispose();
        }
    }
}
