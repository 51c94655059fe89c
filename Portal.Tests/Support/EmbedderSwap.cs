using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Runs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;

namespace Portal.Tests.Support;

/// <summary>
/// A data directory that is opened with one embedder and then another: two small networks with vectors of three and six
/// numbers.
/// </summary>
internal sealed class EmbedderSwap : IDisposable
{
    public static readonly (byte R, byte G, byte B) Red = (220, 30, 30),
        Blue = (30, 30, 220),
        White = (255, 255, 255);

    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _networks = new();

    public EmbedderSwap()
    {
        _networks.Write("before.onnx", TinyNetwork.Write(channelsLast: false));
        _networks.Write("after.onnx", TinyNetwork.Write(channelsLast: true));
        Define("before", "NCHW", "[\"mean\"]", 3);
        Define("after", "NHWC", "[\"mean\", \"max\"]", 6);
    }

    public string Root => _data.Path;

    public string AfterDefinition => Path.Combine(_networks.Path, "after.json");

    public Task<CoreHost> BeforeAsync() =>
        CoreHost.StartAsync(
            Root,
            settings: [("Embedder:Definition", Path.Combine(_networks.Path, "before.json")), ("Embedder:Side", "32")]
        );

    public Task<CoreHost> AfterAsync() => CoreHost.StartAsync(Root, settings: Settings);

    /// <summary>The second embedder, of which the test says how many pictures it embeds.</summary>
    public async Task<(CoreHost Host, Gate Gate)> AfterAsync(int free)
    {
        var gate = new Gate(
            OnnxImageEmbedder.Load(new EmbedderOptions { Definition = AfterDefinition, Side = 32 }),
            free
        );
        return (
            await CoreHost.StartAsync(Root, services: s => s.AddSingleton<IImageEmbedder>(gate), settings: Settings),
            gate
        );
    }

    private (string, string)[] Settings => [("Embedder:Definition", AfterDefinition), ("Embedder:Side", "32")];

    /// <summary>The networks that were kept are gone, as when only a part of a backup came back.</summary>
    public void LoseNetworks() => Directory.Delete(Path.Combine(Root, "networks"), recursive: true);

    /// <summary>
    /// An app with six red and six blue labelled pictures, a model trained on them, and a workflow over it that is the
    /// default.
    /// </summary>
    public static async Task TrainAsync(CoreHost host)
    {
        var concepts = new[] { await host.ConceptAsync("red"), await host.ConceptAsync("blue") };
        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "colours",
                "Colours",
                null,
                new OutputDraft([new DraftConcept("red"), new DraftConcept("blue")], []),
                default
            );
        for (var seed = 0; seed < 6; seed++)
        {
            await AcceptAsync(host, $"red-{seed}", Pictures.Square(seed, Red, White), new InputLabel("red", true));
            await AcceptAsync(host, $"blue-{seed}", Pictures.Square(seed, Blue, White), new InputLabel("blue", true));
        }
        await TrainAgainAsync(host);
        await host.BandAsync("colours", 0.2, 0.5, "band", concepts);
    }

    public static async Task<ModelVersionView> TrainAgainAsync(CoreHost host)
    {
        var (version, _) = await host.Get<ModelService>().TrainAsync(host.App.Id, host.User.Id, "colours", default);
        var trained = await Wait.ForAsync(
            () => host.Get<ModelService>().GetVersionAsync(host.App.Id, "colours", version.ExternalId, default),
            v => v.Status is not (StatusCode.ModelQueued or StatusCode.ModelTraining)
        );
        Assert.Equal((StatusCode.ModelTrained, null), (trained.Status, trained.StatusDetail));
        // What follows from it belongs to the job.
        await Wait.ForAsync(
            () => host.Get<JobService>().ListAsync(host.App.Id, ["train"], 1, default),
            jobs => jobs[0].IsOver
        );
        return trained;
    }

    public static Task<Input> AcceptAsync(CoreHost host, string id, byte[] picture, params InputLabel[] labels) =>
        host.Get<InputService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput(id, Labels: labels),
                new MemoryStream(picture),
                default
            );

    public static Task<Input> EndedAsync(CoreHost host, string id) =>
        Wait.ForAsync(
            () => host.Get<InputService>().GetAsync(host.App.Id, id, default),
            i => i.Status is StatusCode.InputSuccess or StatusCode.InputFailed
        );

    public static async Task<Input> ProcessedAsync(CoreHost host, string id, byte[] picture)
    {
        await AcceptAsync(host, id, picture);
        return await EndedAsync(host, id);
    }

    /// <summary>The machine's tags of an input, with the version of the model that gave them their scores.</summary>
    public static async Task<IReadOnlyList<string>> TagsAsync(CoreHost host, Input input)
    {
        await using var db = host.Db();
        var tags = await db
            .Annotations.Where(a =>
                a.InputId == input.Id
                && a.Origin == AnnotationOrigin.Workflow
                && a.Status == StatusCode.AnnotationSuccess
            )
            .Select(a =>
                db.Concepts.Single(c => c.Id == a.ConceptId).ExternalId
                + " by workflow v"
                + db.WorkflowVersions.Single(v => v.Id == a.WorkflowVersionId).Number
            )
            .ToListAsync();
        Assert.True(await db.Runs.Where(r => r.InputId == input.Id).AllAsync(r => r.Status == RunStatus.Succeeded));
        return tags;
    }

    /// <summary>How many numbers each stored vector of an input has.</summary>
    public static async Task<IReadOnlyList<int>> VectorsAsync(CoreHost host, long inputId)
    {
        await using var db = host.Db();
        return
        [
            .. (
                await db.InputEmbeddings.Where(e => e.InputId == inputId).Select(e => e.Vector.Length / 2).ToListAsync()
            ).Order(),
        ];
    }

    public static async Task<Job> StartAsync(CoreHost host) =>
        (await host.Get<ReembeddingService>().StartAsync(host.App.Id, host.User.Id, default))!;

    public static Task<Job> JobAsync(CoreHost host, Job job, Func<Job, bool> condition) =>
        Wait.ForAsync(() => host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, default), condition);

    public void Dispose()
    {
        _data.Dispose();
        _networks.Dispose();
    }

    private void Define(string name, string layout, string outputs, int dimensions) =>
        _networks.Write(
            name + ".json",
            System.Text.Encoding.UTF8.GetBytes(
                $$"""
                { "name": "{{name}}", "file": "{{name}}.onnx", "dimensions": {{dimensions}}, "outputs": {{outputs}},
                  "input": { "name": "image", "layout": "{{layout}}", "channels": "RGB", "side": 32, "mean": [128, 128, 128], "std": [64, 64, 64] } }
                """
            )
        );

    /// <summary>An embedder that stops after so many pictures until it is opened.</summary>
    internal sealed class Gate(OnnxImageEmbedder inner, int free) : IImageEmbedder, IDisposable
    {
        private readonly SemaphoreSlim _free = new(free);

        public EmbedderIdentity Identity => inner.Identity;

        public int Dimensions => inner.Dimensions;

        public int Side => inner.Side;

        public void Open() => _free.Release(1000);

        public void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors)
        {
            _free.Wait();
            inner.Embed(rgb, count, vectors);
        }

        public void Dispose() => inner.Dispose();
    }
}
