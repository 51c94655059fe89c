using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Users;
using Portal.Core.Services.Workflows;

namespace Portal.Bench;

/// <summary>
/// The portal's core with an app whose default workflow scores ten concepts; inputs are worked off when asked for.
/// </summary>
internal sealed class BenchPortal : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchPortal(IHost host) => _host = host;

    public long AppId { get; private set; }

    public long UserId { get; private set; }

    /// <param name="decodesHere">Whether pictures are decoded in this process; otherwise in child processes, as the
    /// portal does it.</param>
    public static async Task<BenchPortal> StartAsync(string root, string[] settings, bool decodesHere = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddCommandLine(settings).AddInMemoryCollection([new("Storage:Root", root)]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole();
        if (!decodesHere)
        {
            builder.Services.AddDecoderProcesses(typeof(BenchPortal).Assembly);
        }

        builder.Services.AddPortalCore(builder.Configuration, root);
        builder.Services.Remove(builder.Services.Single(s => s.ImplementationType == typeof(InputWorker)));
        if (builder.Configuration["dimensions"] is { } dimensions)
        {
            builder.Services.AddSingleton<IImageEmbedder>(
                new NoEmbedder(int.Parse(dimensions, CultureInfo.InvariantCulture))
            );
        }

        var portal = new BenchPortal(builder.Build());
        await portal._host.StartAsync();
        await portal.PrepareAsync();
        return portal;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Keys of the app's concepts, its workflow and that one's version.</summary>
    public async Task<(IReadOnlyList<long> ConceptIds, long WorkflowId, long VersionId)> NamesAsync()
    {
        var workflow = (await Get<WorkflowService>().ListAsync(AppId, default))[0];
        return (
            [.. (await Get<ConceptService>().ListAsync(AppId, default)).Select(c => c.Id)],
            workflow.Workflow.Id,
            workflow.Latest.Id
        );
    }

    public async Task<int> CountAsync<T>(Func<PortalDbContext, IQueryable<T>> rows)
    {
        await using var db = await Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        return await rows(db).CountAsync();
    }

    public async Task AcceptAsync(IReadOnlyList<string> images)
    {
        foreach (var image in images)
        {
            await using var content = File.OpenRead(image);
            await Get<InputService>().AcceptAsync(AppId, UserId, new NewInput(FileName: image), content, default);
        }
    }

    /// <summary>Runs the workers until every accepted input is done.</summary>
    /// <exception cref="InvalidOperationException">An input failed, so the figure would mean nothing.</exception>
    public async Task<Speed> WorkOffAsync()
    {
        var waiting = (await Get<InputService>().CountAsync(AppId, default)).ToProcess;
        using var worker = ActivatorUtilities.CreateInstance<InputWorker>(_host.Services);
        InputStatusCounts counts = null!;
        var speed = await Speed.OfAsync(
            waiting,
            () => (Get<IImageDecoder>() as DecoderPool)?.ProcessIds ?? [],
            async () =>
            {
                await worker.StartAsync(default);
                while (
                    (counts = await Get<InputService>().CountAsync(AppId, default))
                        is { ToProcess: > 0 }
                            or { Processing: > 0 }
                )
                {
                    await Task.Delay(50);
                }
            }
        );
        await worker.StopAsync(default);
        return counts.Errors == 0 ? speed : throw new InvalidOperationException($"{counts.Errors} inputs failed.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    private async Task PrepareAsync()
    {
        UserId = (await Get<UserService>().EnsureAsync("owner", default)).Id;
        await using (var db = await Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync())
        {
            AppId = await db.Apps.Where(a => a.ExternalId == "bench").Select(a => a.Id).SingleOrDefaultAsync();
        }
        // A portal that starts again has all that follows.
        if (AppId != 0)
        {
            return;
        }

        AppId = (await Get<AppService>().CreateAsync(UserId, "bench", null, null, default)).Id;
        var concepts = await Get<ConceptService>()
            .CreateAsync(
                AppId,
                [.. Enumerable.Range(0, 10).Select(i => new NewConcept($"concept-{i}", null))],
                default
            );
        await Get<ModelService>()
            .CreateAsync(
                AppId,
                UserId,
                "model",
                null,
                null,
                new OutputDraft([.. concepts.Select(c => new DraftConcept(c.ExternalId))], []),
                default
            );
        await AddTrainedVersionAsync(concepts);
        var band = await Get<WorkflowService>()
            .CreateBandAsync(
                AppId,
                UserId,
                "model",
                concepts.ToDictionary(c => c.ExternalId, _ => (0.3, 0.8)),
                "owner",
                "auto",
                default
            );
        await Get<WorkflowService>().SetDefaultAsync(AppId, band.Latest.Id, default);
    }

    /// <summary>
    /// Chance weights that send about one concept in five to each writer, as a real classifier might.
    /// </summary>
    private async Task AddTrainedVersionAsync(IReadOnlyList<Concept> concepts)
    {
        var dimensions = Get<EmbeddingStore>().Dimensions;
        var random = new Random(1);
        var weights = new float[concepts.Count * dimensions];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(random.NextDouble() - 0.5) * 0.02f;
        }

        float[] biases =
        [
            .. concepts.Select(
                (_, i) =>
                    (i % 5) switch
                    {
                        0 => 3f,
                        1 => 0f,
                        _ => -3f,
                    }
            ),
        ];
        var head = new ClassifierHead(
            ClassifierLink.Sigmoid,
            [.. concepts.Select(c => c.Id)],
            weights,
            biases,
            new float[dimensions],
            [.. Enumerable.Repeat(1f, dimensions)]
        );
        await using var db = await Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        var model = await db.Models.SingleAsync(m => m.AppId == AppId && m.ExternalId == "model");
        db.ModelVersions.Add(
            new ModelVersion
            {
                ModelId = model.Id,
                ExternalId = "trained",
                Number = 1,
                Status = StatusCode.ModelTrained,
                Output = model.Output,
                Head = head.ToBytes(),
                CreatedById = UserId,
            }
        );
        await db.SaveChangesAsync();
    }
}
