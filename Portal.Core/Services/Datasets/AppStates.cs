using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Explorer;

namespace Portal.Core.Services.Datasets;

/// <summary>
/// Opens one state of an app to be read through, for an export or a dataset, and counts what it holds.
/// </summary>
public sealed class AppStates(
    IDbContextFactory<PortalDbContext> contexts,
    AppService apps,
    InputQueries queries,
    BlobStore blobs
)
{
    /// <summary>Counts what there is to read.</summary>
    public async Task<ExportSurvey> SurveyAsync(long appId, InputFilter? filter, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await SurveyAsync(db, appId, await WantedAsync(appId, filter, ct), ct);
    }

    /// <summary>Begins to read one state of an app.</summary>
    /// <param name="filter">Which inputs; null for all.</param>
    /// <param name="withPictures">Whether the inputs name their stored pictures.</param>
    internal async Task<ExportReader> OpenAsync(
        long appId,
        InputFilter? filter,
        bool withPictures,
        CancellationToken ct
    )
    {
        var app = await apps.GetAsync(appId, ct);
        var wanted = await WantedAsync(appId, filter, ct);
        var db = await contexts.CreateDbContextAsync(ct);
        IAsyncDisposable? snapshot = null;
        try
        {
            snapshot = await db.SnapshotAsync(ct);
            var survey = await SurveyAsync(db, appId, wanted, ct);
            return await ExportReader.OpenAsync(
                db,
                snapshot,
                app,
                survey,
                wanted,
                hash => withPictures && File.Exists(blobs.PathOf(hash)),
                ct
            );
        }
        catch
        {
            if (snapshot is not null)
            {
                await snapshot.DisposeAsync();
            }

            await db.DisposeAsync();
            throw;
        }
    }

    private async Task<InputSet?> WantedAsync(long appId, InputFilter? filter, CancellationToken ct) =>
        filter is null ? null : (await queries.FindAsync(appId, filter, ct)).Set;

    private static async Task<ExportSurvey> SurveyAsync(
        PortalDbContext db,
        long appId,
        InputSet? wanted,
        CancellationToken ct
    )
    {
        var inputs = db.Inputs.Where(i => i.AppId == appId && i.DeletedAt == null);
        if (wanted is null)
        {
            return await CountAsync(db, inputs, ct);
        }

        var sum = ExportSurvey.None;
        foreach (var keys in wanted.Ascending().Chunk(1000))
        {
            sum += await CountAsync(db, inputs.Where(i => keys.Contains(i.Id)), ct);
        }

        return sum;
    }

    private static async Task<ExportSurvey> CountAsync(
        PortalDbContext db,
        IQueryable<Input> inputs,
        CancellationToken ct
    )
    {
        var labels =
            from l in db.Labels
            join i in inputs on l.InputId equals i.Id
            join c in db.Concepts on l.ConceptId equals c.Id
            where c.DeletedAt == null
            select l;
        var annotations =
            from a in db.Annotations
            join i in inputs on a.InputId equals i.Id
            join c in db.Concepts on a.ConceptId equals c.Id
            where c.DeletedAt == null
            select a;
        var byValue = await labels
            .GroupBy(l => new { l.Value, l.IsHuman })
            .Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(ct);
        var byStatus = await annotations
            .GroupBy(a => a.Status)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(ct);
        var present = labels.Where(l => l.Value).GroupBy(l => l.InputId).Select(g => g.Count());
        return new ExportSurvey(
            await inputs.CountAsync(ct),
            byValue.Where(v => v.Key.Value).Sum(v => v.Count),
            byValue.Where(v => !v.Key.Value).Sum(v => v.Count),
            byValue.Where(v => !v.Key.IsHuman).Sum(v => v.Count),
            await annotations.CountAsync(a => a.Score != null && a.Status == StatusCode.AnnotationSuccess, ct),
            await present.CountAsync(n => n > 1, ct),
            await present.CountAsync(ct),
            byStatus.Where(s => AnnotationStatuses.IsWaiting(s.Key)).Sum(s => s.Count),
            byStatus.Where(s => s.Key == StatusCode.AnnotationReviewDenied).Sum(s => s.Count),
            await inputs.CountAsync(i => i.Metadata != "{}", ct)
        );
    }
}
