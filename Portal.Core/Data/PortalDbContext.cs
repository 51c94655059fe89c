using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Domain.Watching;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data;

/// <summary>Every table of the portal. Each entity has its configuration in <c>Configurations</c>.</summary>
public sealed class PortalDbContext : IdentityDbContext<PortalUser, IdentityRole<long>, long>
{
    public PortalDbContext(DbContextOptions<PortalDbContext> options)
        : base(options)
    {
        // One statement alone needs no transaction, but writers take turns by transaction.
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        // What fails in a transaction ends it. Under a savepoint SQLite notes every page before it changes, and goes
        // through its notes with each statement.
        Database.AutoSavepointsEnabled = false;
    }

    public DbSet<App> Apps => Set<App>();
    public DbSet<Input> Inputs => Set<Input>();
    public DbSet<Video> Videos => Set<Video>();
    public DbSet<InputChange> InputChanges => Set<InputChange>();
    public DbSet<SavedFilter> SavedFilters => Set<SavedFilter>();
    public DbSet<Dataset> Datasets => Set<Dataset>();
    public DbSet<DatasetPage> DatasetPages => Set<DatasetPage>();
    public DbSet<WatchedFolder> WatchedFolders => Set<WatchedFolder>();
    public DbSet<WatchedFile> WatchedFiles => Set<WatchedFile>();
    public DbSet<Concept> Concepts => Set<Concept>();
    public DbSet<Annotation> Annotations => Set<Annotation>();
    public DbSet<Decision> Decisions => Set<Decision>();
    public DbSet<Label> Labels => Set<Label>();
    public DbSet<InputLease> InputLeases => Set<InputLease>();
    public DbSet<Model> Models => Set<Model>();
    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();
    public DbSet<ModelEvaluation> ModelEvaluations => Set<ModelEvaluation>();
    public DbSet<Embedder> Embedders => Set<Embedder>();
    public DbSet<InputEmbedding> InputEmbeddings => Set<InputEmbedding>();
    public DbSet<EmbeddingCode> EmbeddingCodes => Set<EmbeddingCode>();
    public DbSet<Workflow> Workflows => Set<Workflow>();
    public DbSet<WorkflowVersion> WorkflowVersions => Set<WorkflowVersion>();
    public DbSet<WorkflowNode> WorkflowNodes => Set<WorkflowNode>();
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<Job> Jobs => Set<Job>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PortalDbContext).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcMicroseconds>();

    /// <summary>Times are whole microseconds since 1970 UTC: they sort and compare in SQL on every database.</summary>
    private sealed class UtcMicroseconds()
        : ValueConverter<DateTime, long>(
            time => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / 10,
            stored => DateTime.UnixEpoch.AddTicks(stored * 10)
        );
}
