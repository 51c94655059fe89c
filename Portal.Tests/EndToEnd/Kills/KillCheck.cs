using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Runs;

namespace Portal.Tests.EndToEnd.Kills;

/// <summary>
/// Holds a data directory against what its clients were told. Reads it through a connection of its own.
/// </summary>
internal sealed class KillCheck(string root, KillLedger ledger)
{
    private readonly StorageOptions _storage = new() { Root = root };

    /// <summary>What holds at any moment, whatever was cut short.</summary>
    public async Task GuaranteesAsync()
    {
        await using var db = Open();
        Assert.Equal(
            "ok",
            await db
                .Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check")
                .FirstAsync()
        );
        Assert.Equal(
            0,
            await db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM pragma_foreign_key_check").FirstAsync()
        );
        await using (await db.SnapshotAsync(default))
        {
            var inputs = await db.Inputs.AsNoTracking().ToListAsync();
            Uploads(inputs);
            await DecisionsAsync(db, inputs);
            await AnnotationsAsync(db, inputs);
            await VersionsAsync(db);
        }
    }

    /// <summary>
    /// What a start leaves behind, before anybody uploads again: a file for each input, whole, and no other.
    /// </summary>
    public async Task FilesAsync()
    {
        await using var db = Open();
        var named = await db.Inputs.Select(i => i.ContentHash).Distinct().ToListAsync();
        var files = Directory.EnumerateFiles(_storage.BlobRoot, "*", SearchOption.AllDirectories).ToList();
        Assert.Equal(
            named.Order(StringComparer.Ordinal),
            files.Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
        Assert.All(
            files,
            file =>
                Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))))
        );
        Assert.Empty(Directory.EnumerateFiles(_storage.IncomingRoot));
    }

    /// <summary>What holds once everything that was asked for has been worked off.</summary>
    public async Task EverythingIsDoneAsync()
    {
        await GuaranteesAsync();
        await using var db = Open();
        Assert.All(
            await db.Inputs.AsNoTracking().ToListAsync(),
            i =>
                Assert.True(
                    i.Status == StatusCode.InputSuccess,
                    $"{i.ExternalId} ended as {i.Status}: {i.StatusDetail}"
                )
        );
        var jobs = await db.Jobs.AsNoTracking().ToListAsync();
        Assert.Empty(ledger.Jobs.Keys.Except(jobs.Select(j => j.ExternalId)));
        Assert.All(
            jobs,
            job =>
            {
                Assert.True(job.IsOver, $"The job {job.Kind} {job.Id} is {job.State}.");
                Assert.NotEmpty(job.Message);
                Assert.DoesNotContain("fault of its own", job.Message, StringComparison.Ordinal);
            }
        );
        Assert.All(
            await db.ModelVersions.AsNoTracking().Select(v => v.Status).ToListAsync(),
            status => Assert.NotInRange(status, StatusCode.ModelTraining, StatusCode.ModelQueued)
        );
    }

    private void Uploads(List<Input> inputs)
    {
        var ids = inputs.Select(i => i.ExternalId).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(ledger.Accepted.Keys.Except(ids));
        Assert.Empty(ledger.Refused.Keys.Intersect(ids));
    }

    private async Task DecisionsAsync(PortalDbContext db, List<Input> inputs)
    {
        var log = await db.Decisions.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
        var concepts = await db.Concepts.ToDictionaryAsync(c => c.Id, c => c.ExternalId);
        var inputIds = inputs.ToDictionary(i => i.Id, i => i.ExternalId);
        var byClient = log.Where(d => d.ClientId is not null).ToLookup(d => d.ClientId!);
        Assert.All(byClient, same => Assert.Single(same));
        Assert.All(
            ledger.Decided.Values,
            sent =>
            {
                var kept = Assert.Single(byClient[sent.ClientId]);
                Assert.Equal(
                    (sent.InputId, sent.ConceptId, sent.Value, null),
                    (inputIds[kept.InputId], concepts[kept.ConceptId], kept.Value, kept.UndoneAt)
                );
            }
        );
        var said = log.Where(d => d.UndoneAt is null)
            .GroupBy(d => (d.InputId, d.ConceptId))
            .Select(g => (g.Key, g.Last().Value!.Value))
            .Order();
        var labels = (await db.Labels.AsNoTracking().Where(l => l.IsHuman).ToListAsync())
            .Select(l => ((l.InputId, l.ConceptId), l.Value))
            .Order();
        Assert.Equal(said, labels);
    }

    private static async Task AnnotationsAsync(PortalDbContext db, List<Input> inputs)
    {
        var machine = await db
            .Annotations.AsNoTracking()
            .Where(a => a.Origin == AnnotationOrigin.Workflow)
            .ToListAsync();
        Assert.All(machine.GroupBy(a => (a.InputId, a.ConceptId, a.WorkflowId, a.NodeId)), same => Assert.Single(same));
        var runs = (await db.Runs.AsNoTracking().ToListAsync()).ToLookup(r => r.InputId);
        var embedded = (await db.InputEmbeddings.Select(e => e.InputId).ToListAsync()).ToHashSet();
        var decided = (await db.Labels.AsNoTracking().Where(l => l.IsHuman).ToListAsync())
            .Select(l => (l.InputId, l.ConceptId))
            .ToHashSet();
        var written = machine.Select(a => (a.InputId, a.ConceptId, a.WorkflowVersionId)).ToHashSet();
        var concepts = await db.Concepts.Select(c => c.Id).ToListAsync();
        Assert.All(
            inputs,
            input =>
            {
                var isDone = input.Status == StatusCode.InputSuccess;
                // All of a result or nothing of it.
                Assert.Equal(isDone, embedded.Contains(input.Id));
                Assert.Equal(
                    isDone,
                    runs[input.Id]
                        .Any(r => r.WorkflowVersionId == input.WorkflowVersionId && r.Status == RunStatus.Succeeded)
                );
                Assert.All(
                    runs[input.Id].Where(r => r.Status == RunStatus.Succeeded),
                    run =>
                        Assert.All(
                            concepts,
                            concept =>
                                Assert.True(
                                    written.Contains((input.Id, concept, run.WorkflowVersionId))
                                        || decided.Contains((input.Id, concept)),
                                    $"{input.ExternalId} lacks a tag."
                                )
                        )
                );
            }
        );
    }

    private async Task VersionsAsync(PortalDbContext db)
    {
        var versions = await db
            .ModelVersions.AsNoTracking()
            .Where(v => db.Models.Any(m => m.Id == v.ModelId && m.ExternalId == "learned"))
            .ToListAsync();
        Assert.Empty(ledger.Versions.Keys.Except(versions.Select(v => v.ExternalId)));
        Assert.All(
            versions,
            version =>
            {
                var isTrained = version.Status == StatusCode.ModelTrained;
                Assert.Equal(
                    (isTrained, isTrained, isTrained),
                    (version.Head is not null, version.Summary is not null, version.TrainedAt is not null)
                );
                if (isTrained)
                {
                    Assert.Equal(2, ClassifierHead.FromBytes(version.Head).ConceptIds.Count);
                }
            }
        );
    }

    private PortalDbContext Open()
    {
        var builder = new DbContextOptionsBuilder<PortalDbContext>();
        builder.UsePortalSqlite(_storage.DatabasePath);
        return new PortalDbContext(builder.Options);
    }
}
