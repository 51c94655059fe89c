using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Users;
using Portal.Core.Services.Watching;
using Portal.Core.Services.Workflows;

namespace Portal.Tests.Support;

/// <summary>
/// The whole core, running, on a data directory of its own: real database, real decoding, real embedding, real workers.
/// No web server.
/// </summary>
public sealed class CoreHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly bool _ownsRoot;

    private CoreHost(IHost host, string root, bool ownsRoot) => (_host, Root, _ownsRoot) = (host, root, ownsRoot);

    public string Root { get; }
    public PortalUser User { get; private set; } = null!;
    public App App { get; private set; } = null!;

    /// <param name="root">A data directory to open; null makes one that goes when this is disposed.</param>
    /// <param name="workers">Whether inputs and jobs are worked off.</param>
    public static async Task<CoreHost> StartAsync(
        string? root = null,
        bool workers = true,
        Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings
    )
    {
        var folder = root ?? Directory.CreateTempSubdirectory("portal-test-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Storage:Root", folder), new("Embedder:Side", "96")]);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))
        );
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        services?.Invoke(builder.Services);
        builder.Services.AddPortalCore(builder.Configuration, folder);
        if (!workers)
        {
            foreach (
                var worker in builder
                    .Services.Where(s =>
                        s.ImplementationType == typeof(InputWorker)
                        || s.ImplementationType == typeof(JobRunner)
                        || s.ImplementationType == typeof(WatchWorker)
                    )
                    .ToList()
            )
            {
                builder.Services.Remove(worker);
            }
        }
        var host = new CoreHost(builder.Build(), folder, root is null);
        await host._host.StartAsync();
        host.User = await host.Get<UserService>().EnsureAsync("owner", default);
        var apps = await host.Get<AppService>().ListAsync(host.User.Id, default);
        host.App =
            apps.Count > 0
                ? apps[0].App
                : await host.Get<AppService>().CreateAsync(host.User.Id, "park", null, null, default);
        return host;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public PortalDbContext Db() => Get<IDbContextFactory<PortalDbContext>>().CreateDbContext();

    public async Task<PortalUser> UserAsync(string name) => await Get<UserService>().EnsureAsync(name, default);

    public async Task<Concept> ConceptAsync(string id) =>
        (await Get<ConceptService>().CreateAsync(App.Id, [new NewConcept(id, null)], default))[0];

    public Task<Input> AcceptAsync(int seed, params InputLabel[] labels) =>
        Get<InputService>()
            .AcceptAsync(
                App.Id,
                User.Id,
                new NewInput($"picture-{seed}", $"{seed}.png", Labels: labels),
                new MemoryStream(Pictures.Any(seed)),
                default
            );

    /// <summary>An input that was accepted and worked off.</summary>
    public async Task<Input> ProcessedAsync(int seed, params InputLabel[] labels)
    {
        var input = await AcceptAsync(seed, labels);
        return await Wait.ForAsync(
            () => Get<InputService>().GetAsync(App.Id, input.ExternalId, default),
            i => i.Status == StatusCode.InputSuccess
        );
    }

    /// <summary>
    /// A trained classifier that gives every picture the same score per concept: what a test of rules wants from a
    /// network.
    /// </summary>
    public async Task<ModelView> ConstantClassifierAsync(string id, params (Concept Concept, double Score)[] scores)
    {
        var models = Get<ModelService>();
        var draft = new OutputDraft([.. scores.Select(s => new DraftConcept(s.Concept.ExternalId))], []);
        var exists = (await models.ListAsync(App.Id, default)).Any(m => m.Model.ExternalId == id);
        if (!exists)
        {
            await models.CreateAsync(App.Id, User.Id, id, null, null, draft, default);
        }

        var dimensions = Get<EmbeddingStore>().Dimensions;
        var head = new ClassifierHead(
            ClassifierLink.Sigmoid,
            [.. scores.Select(s => s.Concept.Id)],
            new float[scores.Length * dimensions],
            [.. scores.Select(s => (float)Math.Log(s.Score / (1 - s.Score)))],
            new float[dimensions],
            [.. Enumerable.Repeat(1f, dimensions)]
        );
        await using var db = Db();
        var model = await db.Models.SingleAsync(m => m.AppId == App.Id && m.ExternalId == id);
        db.ModelVersions.Add(
            new ModelVersion
            {
                ModelId = model.Id,
                ExternalId = Guid.NewGuid().ToString("N"),
                Number = 1 + await db.ModelVersions.CountAsync(v => v.ModelId == model.Id),
                Status = StatusCode.ModelTrained,
                Output = model.Output,
                Head = head.ToBytes(),
                CreatedById = User.Id,
                TrainedAt = DateTime.UtcNow,
            }
        );
        await db.SaveChangesAsync();
        return await models.GetAsync(App.Id, id, default);
    }

    /// <summary>The band over a classifier, made the app's default.</summary>
    public async Task<WorkflowView> BandAsync(
        string classifierId,
        double low,
        double high,
        string workflowId,
        params Concept[] concepts
    )
    {
        var workflows = Get<WorkflowService>();
        var view = await workflows.CreateBandAsync(
            App.Id,
            User.Id,
            classifierId,
            concepts.ToDictionary(c => c.ExternalId, _ => (low, high)),
            "owner",
            workflowId,
            default
        );
        await workflows.SetDefaultAsync(App.Id, view.Latest.Id, default);
        return view;
    }

    /// <summary>The content of every table, row by row, whoever made the table.</summary>
    public async Task<string> DumpAsync()
    {
        await using var db = Db();
        await db.Database.OpenConnectionAsync();
        var dump = new System.Text.StringBuilder();
        foreach (
            var table in await db
                .Database.SqlQuery<string>(
                    $"SELECT name AS Value FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
                .ToListAsync()
        )
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\" ORDER BY 1, 2";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                dump.Append(table);
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    dump.Append('|')
                        .Append(reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i));
                }

                dump.AppendLine();
            }
        }
        return dump.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownsRoot)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
