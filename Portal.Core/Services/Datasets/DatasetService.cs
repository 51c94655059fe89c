using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Datasets;

/// <summary>Makes, lists, compares and deletes datasets.</summary>
public sealed class DatasetService(
    IDbContextFactory<PortalDbContext> contexts,
    JobService jobs,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    private const int MaxFilter = 4000;

    /// <summary>Those that are ready, the newest first.</summary>
    public async Task<IReadOnlyList<Dataset>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Visible(db, appId).Where(d => d.ReadyAt != null).OrderByDescending(d => d.Id).ToListAsync(ct);
    }

    /// <exception cref="PortalException">There is none of that id in the app.</exception>
    public async Task<Dataset> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Visible(db, appId).SingleOrDefaultAsync(d => d.ExternalId == externalId, ct)
            ?? throw Missing(externalId);
    }

    /// <summary>Begins to keep what a filter finds. It is ready when the job is done.</summary>
    /// <param name="name">Its id is made from it.</param>
    /// <param name="filter">Null for all inputs.</param>
    /// <param name="filterText">The filter in words, for people and for exports.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/>: the name is taken.</exception>
    public async Task<(Dataset Dataset, Job Job)> StartAsync(
        long appId,
        long userId,
        string name,
        InputFilter? filter,
        string? filterText,
        CancellationToken ct
    )
    {
        var shown = Text.Name(name, "dataset", "");
        var id = IdGenerator.FromName(shown) ?? ids.NewId();
        var dataset = new Dataset
        {
            AppId = appId,
            ExternalId = id,
            Name = shown,
            FilterText = filterText is null ? null : Text.Bounded(filterText, MaxFilter, "filter"),
            CreatedById = userId,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Datasets.Add(dataset);
        await db.SaveOrRefuseAsync(
            () =>
                new PortalException(
                    StatusCode.DuplicateId,
                    $"There is already a dataset '{id}'. Choose another name.",
                    id
                ),
            ct
        );
        var job = jobs.Add(
            db,
            appId,
            userId,
            JobKinds.Dataset,
            $"Keep the dataset {Text.Shown(shown)}",
            new DatasetJob.Parameters(dataset.Id, filter)
        );
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        return (dataset, job);
    }

    /// <summary>Hides a dataset; <see cref="RestoreAsync"/> brings it back.</summary>
    public async Task<Dataset> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var dataset =
            await db.Datasets.SingleOrDefaultAsync(
                d => d.AppId == appId && d.ExternalId == externalId && d.DeletedAt == null && d.ReadyAt != null,
                ct
            ) ?? throw Missing(externalId);
        dataset.Hide(clock.GetUtcNow().UtcDateTime);
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Datasets);
        return dataset;
    }

    public async Task RestoreAsync(long appId, long datasetId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var dataset = await db.Datasets.SingleAsync(d => d.AppId == appId && d.Id == datasetId, ct);
        dataset.Restore();
        await db.SaveOrRefuseAsync(
            () =>
                new PortalException(
                    StatusCode.DuplicateId,
                    $"There is another dataset '{dataset.ExternalId}' by now. Delete it first.",
                    dataset.ExternalId
                ),
            ct
        );
        changes.Publish(appId, ChangedNoun.Datasets);
    }

    /// <summary>Compares two datasets in one walk through both, a page of each in memory.</summary>
    /// <param name="most">Inputs listed of each kind.</param>
    public async Task<DatasetDiff> CompareAsync(long appId, string from, string to, int most, CancellationToken ct)
    {
        var (before, after) = (await ReadyAsync(appId, from, ct), await ReadyAsync(appId, to, ct));
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var left = new DatasetContent(db, before, _ => false).FrozenAsync(ct).GetAsyncEnumerator(ct);
        await using var right = new DatasetContent(db, after, _ => false).FrozenAsync(ct).GetAsyncEnumerator(ct);
        var (added, removed, changed, same) = (new List<DiffInput>(), new List<DiffInput>(), new List<DiffInput>(), 0);
        var (addedCount, removedCount, changedCount) = (0, 0, 0);
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            if (!hasRight || (hasLeft && left.Current.Key < right.Current.Key))
            {
                if (removedCount++ < most)
                {
                    removed.Add(
                        Differing(
                            left.Current,
                            [.. left.Current.Input.Labels.Select(l => new LabelChange(l.Concept, l.Value, null))]
                        )
                    );
                }

                hasLeft = await left.MoveNextAsync();
            }
            else if (!hasLeft || right.Current.Key < left.Current.Key)
            {
                if (addedCount++ < most)
                {
                    added.Add(
                        Differing(
                            right.Current,
                            [.. right.Current.Input.Labels.Select(l => new LabelChange(l.Concept, null, l.Value))]
                        )
                    );
                }

                hasRight = await right.MoveNextAsync();
            }
            else
            {
                var labels = Changes(left.Current.Input, right.Current.Input);
                if (labels.Count == 0)
                {
                    same++;
                }
                else if (changedCount++ < most)
                {
                    changed.Add(Differing(right.Current, labels));
                }

                (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
            }
        }
        return new DatasetDiff(addedCount, removedCount, changedCount, same, added, removed, changed);
    }

    /// <exception cref="PortalException">There is none of that id, or it is not ready.</exception>
    internal async Task<Dataset> ReadyAsync(long appId, string externalId, CancellationToken ct)
    {
        var dataset = await GetAsync(appId, externalId, ct);
        return dataset.ReadyAt is not null
            ? dataset
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"The dataset '{externalId}' is still being made. Wait until its job is done.",
                externalId
            );
    }

    private static List<LabelChange> Changes(ExchangeInput before, ExchangeInput after)
    {
        var (old, now) = (
            before.Labels.ToDictionary(l => l.Concept, l => l.Value),
            after.Labels.ToDictionary(l => l.Concept, l => l.Value)
        );
        return
        [
            .. old
                .Keys.Union(now.Keys)
                .Select(concept => new LabelChange(concept, Of(old, concept), Of(now, concept)))
                .Where(change => change.Before != change.After),
        ];

        static bool? Of(Dictionary<string, bool> labels, string concept) =>
            labels.TryGetValue(concept, out var value) ? value : null;
    }

    private static DiffInput Differing(FrozenInput input, IReadOnlyList<LabelChange> labels) =>
        new(input.Key, input.Input.Id, input.Input.FileName, input.Input.Hash, labels);

    private static IQueryable<Dataset> Visible(PortalDbContext db, long appId) =>
        db.Datasets.AsNoTracking().Where(d => d.AppId == appId && d.DeletedAt == null);

    private static PortalException Missing(string id) =>
        new(StatusCode.DoesNotExist, $"There is no dataset '{Text.Shown(id)}' in this app.", id);
}
