using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Fetch;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Engines.Training;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Audit;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Bulk;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Labeling;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Storage;
using Portal.Core.Services.Training;
using Portal.Core.Services.Users;
using Portal.Core.Services.Videos;
using Portal.Core.Services.Watching;
using Portal.Core.Services.Workflows;

namespace Portal.Core;

/// <summary>Puts the portal together: everything that works without a web server.</summary>
public static class PortalCore
{
    /// <param name="baseFolder">What relative paths in the settings are taken from.</param>
    public static IServiceCollection AddPortalCore(
        this IServiceCollection services,
        IConfiguration configuration,
        string baseFolder
    )
    {
        services
            .AddPortalOptions<StorageOptions>(configuration, StorageOptions.Section, o => o.Errors())
            .PostConfigure(o => o.Root = Path.GetFullPath(o.Root, baseFolder));
        services.AddPortalOptions<ImageLimits>(configuration, ImageLimits.Section, o => o.Errors());
        services.AddPortalOptions<VideoLimits>(configuration, VideoLimits.Section, o => o.Errors());
        services.AddPortalOptions<EmbedderOptions>(configuration, EmbedderOptions.Section, o => o.Errors());
        services.AddPortalOptions<IngestOptions>(configuration, IngestOptions.Section, o => o.Errors());
        services.AddPortalOptions<QuotaOptions>(configuration, QuotaOptions.Section, o => o.Errors());
        services.AddPortalOptions<FetchOptions>(configuration, FetchOptions.Section, o => o.Errors());
        services
            .AddPortalOptions<WatchOptions>(configuration, WatchOptions.Section, o => o.Errors())
            .PostConfigure(o =>
                o.Root =
                    o.Root.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(o.Root, baseFolder))
            );
        services.AddPortalOptions<ExchangeOptions>(configuration, ExchangeOptions.Section, o => o.Errors());

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IdGenerator>();
        services.AddPooledDbContextFactory<PortalDbContext>(
            (provider, builder) =>
                builder
                    .UsePortalSqlite(provider.GetRequiredService<IOptions<StorageOptions>>().Value.DatabasePath)
                    .AddInterceptors(new AuditTrail(provider.GetRequiredService<TimeProvider>()))
        );
        services
            .AddSingleton<BlobStore>()
            .AddSingleton<BlobCleanup>()
            .AddSingleton<ChangeFeed>()
            .AddSingleton<StorageProbe>();
        services.TryAddSingleton<IImageDecoder>(provider => new VipsImageDecoder(
            provider.GetRequiredService<IOptions<ImageLimits>>().Value
        ));
        services.TryAddSingleton<IImageEmbedder>(provider =>
            OnnxImageEmbedder.Load(provider.GetRequiredService<IOptions<EmbedderOptions>>().Value)
        );
        services.TryAddSingleton<IClassifierTrainer, LogisticRegressionTrainer>();
        services.AddSingleton(NodeTypeRegistry.Default);

        services.AddPortalAccounts().AddSingleton<AuditLog>();
        services
            .AddSingleton<UserService>()
            .AddSingleton<AccessService>()
            .AddSingleton<MembershipService>()
            .AddSingleton<InvitationService>()
            .AddSingleton<AppService>()
            .AddSingleton<ConceptService>();
        services.AddSingleton<DecisionService>().AddSingleton<AnnotationService>();
        services
            .AddSingleton<AcceptedSpans>()
            .AddSingleton<InputSignal>()
            .AddSingleton<InputQueue>()
            .AddSingleton<InputQuota>()
            .AddSingleton<InputService>()
            .AddSingleton<PartialUploads>()
            .AddSingleton<InputIndex>()
            .AddSingleton<InputQueries>()
            .AddSingleton<SavedFilterService>()
            .AddSingleton<BulkService>();
        services.AddSingleton<SimilarInputs>().AddSingleton<DuplicateFinder>().AddSingleton<FailedInputs>();
        services.TryAddSingleton<IOutboundNetwork, OutboundNetwork>();
        services.AddSingleton<GuardedImageClient>().AddSingleton<PatientFetch>().AddSingleton<InputSearch>();
        services
            .AddSingleton<EmbeddingStore>()
            .AddSingleton<PastEmbedders>()
            .AddSingleton<PictureEmbedder>()
            .AddSingleton<InputEmbedder>()
            .AddSingleton<ReembeddingService>()
            .AddSingleton<ReembeddingJob>();
        services.AddSingleton<TrainingData>().AddSingleton<ModelService>().AddSingleton<PredictionService>();
        services
            .AddSingleton<LeaseService>()
            .AddSingleton<OpenWork>()
            .AddSingleton<ReviewBatches>()
            .AddSingleton<LabelBatches>()
            .AddSingleton<UncertaintyOrder>();
        services
            .AddSingleton<WorkflowCatalog>()
            .AddSingleton<WorkflowService>()
            .AddSingleton<RunService>()
            .AddSingleton<WorkflowPreview>()
            .AddSingleton<MiddleBranch>();
        services
            .AddSingleton<LabelSampling>()
            .AddSingleton<EvaluationService>()
            .AddSingleton<ScoreSample>()
            .AddSingleton<SuggestionService>()
            .AddSingleton<CalibrationService>()
            .AddSingleton<LivePrecision>();
        services
            .AddSingleton<ExchangeFiles>()
            .AddSingleton<Exporter>()
            .AddSingleton<ImportWriter>()
            .AddSingleton<ImportIntake>()
            .AddSingleton<Importer>()
            .AddSingleton<ExchangeService>();
        services.AddSingleton<WatchService>();
        services.AddSingleton<AppStates>().AddSingleton<DatasetService>().AddSingleton<IJobHandler, DatasetJob>();
        services.AddSingleton<IJobHandler, ExportJob>().AddSingleton<IJobHandler, ImportJob>();
        services.AddSingleton<Ffmpeg>().AddSingleton<VideoService>().AddSingleton<IJobHandler, VideoJob>();
        services.AddSingleton<JobSignal>().AddSingleton<JobService>().AddSingleton<JobBoard>();
        services.AddSingleton<IJobHandler, TrainingJob>().AddSingleton<IJobHandler, EvaluationJob>();
        services
            .AddSingleton<IJobHandler, BackfillJob>()
            .AddSingleton<IJobHandler, BulkJob>()
            .AddSingleton<IJobHandler>(provider => provider.GetRequiredService<ReembeddingJob>());

        // Hosted services start in this order: the database is there before anybody works on it.
        services
            .AddHostedService<StorageStartup>()
            .AddHostedService<InputWorker>()
            .AddHostedService<JobRunner>()
            .AddHostedService<WatchWorker>();
        return services;
    }

    /// <summary>Decodes in child processes instead of this one. Call it before <see cref="AddPortalCore"/>.</summary>
    /// <param name="program">The program that runs as a decoder when its one argument is
    /// <see cref="DecoderChild.Command"/>.</param>
    public static IServiceCollection AddDecoderProcesses(this IServiceCollection services, Assembly program) =>
        services.AddSingleton<IImageDecoder>(provider => new DecoderPool(
            provider.GetRequiredService<IOptions<ImageLimits>>().Value,
            program.Location,
            provider.GetRequiredService<ILogger<DecoderPool>>()
        ));
}
