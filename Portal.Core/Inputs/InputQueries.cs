using Microsoft.EntityFrameworkCore;
using Portal.Core.Annotations;
using Portal.Core.Errors;
using Portal.Core.Storage;

namespace Portal.Core.Inputs;

/// <summary>A tag as a tile shows it.</summary>
public sealed record TileTag(long ConceptId, string ConceptName, string ConceptColor, bool Value, StatusCode Status, double? Score, string Origin, bool IsForAudit = false);

/// <summary>An input as a tile shows it.</summary>
public sealed record InputTile(
    long Id, string ExternalId, StatusCode Status, string? StatusDetail, string FileName, string ContentHash, int Width, int Height, IReadOnlyList<TileTag> Tags);

/// <summary>How many inputs have annotations of each status, and how many have none.</summary>
public sealed record StatusFacets(int Success, int Pending, int Rejected, int Unlabelled, int Failed);

/// <summary>Reads inputs for people who look through them. Pages go by key: reading one costs the same wherever it stands.</summary>
public sealed class InputQueries(IDbContextFactory<PortalDbContext> contexts, AnnotationService annotations)
{
    private static readonly StatusCode[] Shown = [StatusCode.AnnotationSuccess, .. AnnotationStatuses.Waiting];

    public Task<int> CountAsync(long appId, InputFilter filter, CancellationToken ct) => CountAsync(appId, filter, null, ct);

    /// <summary>How many matching inputs come after a key in the filter's order.</summary>
    /// <param name="after">The last key seen; null counts all.</param>
    public async Task<int> CountAsync(long appId, InputFilter filter, long? after, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await After(Where(db, appId, filter), filter, after).CountAsync(ct);
    }

    /// <summary>Keys of matching inputs in order, from after <paramref name="after"/>, skipping a few.</summary>
    /// <param name="after">The last key seen; null for the beginning.</param>
    public async Task<IReadOnlyList<long>> KeysAsync(long appId, InputFilter filter, long? after, int skip, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = After(Where(db, appId, filter), filter, after);
        rows = filter.OldestFirst ? rows.OrderBy(i => i.Id) : rows.OrderByDescending(i => i.Id);
        return await rows.Select(i => i.Id).Skip(skip).Take(take).ToListAsync(ct);
    }

    /// <summary>Tiles of the given inputs, in the order given; the deleted ones are left out.</summary>
    public async Task<IReadOnlyList<InputTile>> TilesAsync(IReadOnlyList<long> inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var inputs = await db.Inputs.AsNoTracking().Where(i => inputIds.Contains(i.Id) && i.DeletedAt == null).ToDictionaryAsync(i => i.Id, ct);
        var tags = await annotations.OfInputsAsync(inputIds, ct);
        return [.. inputIds.Where(inputs.ContainsKey).Select(id => Tile(inputs[id], tags[id]))];
    }

    /// <summary>Inputs by key, in the order given; the deleted ones are left out.</summary>
    public async Task<IReadOnlyList<Input>> InputsAsync(IReadOnlyList<long> inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var inputs = await db.Inputs.AsNoTracking().Where(i => inputIds.Contains(i.Id) && i.DeletedAt == null).ToDictionaryAsync(i => i.Id, ct);
        return [.. inputIds.Where(inputs.ContainsKey).Select(id => inputs[id])];
    }

    /// <summary>The inputs before and after one, within a filter, for leafing through.</summary>
    public async Task<(string? Previous, string? Next)> NeighboursAsync(long appId, InputFilter filter, long inputId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = Where(db, appId, filter);
        var smaller = await rows.Where(i => i.Id < inputId).OrderByDescending(i => i.Id).Select(i => i.ExternalId).FirstOrDefaultAsync(ct);
        var larger = await rows.Where(i => i.Id > inputId).OrderBy(i => i.Id).Select(i => i.ExternalId).FirstOrDefaultAsync(ct);
        return filter.OldestFirst ? (smaller, larger) : (larger, smaller);
    }

    public async Task<StatusFacets> FacetsAsync(long appId, CancellationToken ct)
    {
        return new StatusFacets(
            await CountAsync(appId, new InputFilter { Statuses = [StatusCode.AnnotationSuccess] }, ct),
            await CountAsync(appId, new InputFilter { Statuses = AnnotationStatuses.Waiting }, ct),
            await CountAsync(appId, new InputFilter { Statuses = [StatusCode.AnnotationReviewDenied] }, ct),
            await CountAsync(appId, new InputFilter { Unlabelled = true }, ct),
            await CountAsync(appId, new InputFilter { Failed = true }, ct));
    }

    private static IQueryable<Input> After(IQueryable<Input> rows, InputFilter filter, long? after) => (after, filter.OldestFirst) switch
    {
        (null, _) => rows,
        ({ } key, true) => rows.Where(i => i.Id > key),
        ({ } key, false) => rows.Where(i => i.Id < key),
    };

    private static IQueryable<Input> Where(PortalDbContext db, long appId, InputFilter filter)
    {
        var rows = db.Inputs.AsNoTracking().Where(i => i.AppId == appId && i.DeletedAt == null);
        if (filter.Failed) rows = rows.Where(i => i.Status == StatusCode.InputFailed);
        if (filter.Unlabelled) rows = rows.Where(i => !db.Annotations.Any(a => a.InputId == i.Id));
        if (filter.ConceptIds.Count > 0)
        {
            var statuses = filter.Statuses.Count > 0 ? filter.Statuses : Shown;
            rows = rows.Where(i => db.Annotations.Any(a => a.InputId == i.Id && filter.ConceptIds.Contains(a.ConceptId) && statuses.Contains(a.Status) && a.Value));
        }
        else if (filter.Statuses.Count > 0)
        {
            rows = rows.Where(i => db.Annotations.Any(a => a.InputId == i.Id && filter.Statuses.Contains(a.Status)));
        }
        foreach (var word in (filter.Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8))
        {
            var pattern = $"%{word.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
            rows = rows.Where(i => EF.Functions.Like(i.FileName, pattern, @"\") || EF.Functions.Like(i.ExternalId, pattern, @"\") || EF.Functions.Like(i.Metadata, pattern, @"\")
                || db.Annotations.Any(a => a.InputId == i.Id && a.Value && Shown.Contains(a.Status)
                    && db.Concepts.Any(c => c.Id == a.ConceptId && EF.Functions.Like(c.Name, pattern, @"\"))));
        }
        return rows;
    }

    private static InputTile Tile(Input input, IEnumerable<AnnotationView> annotations) => new(
        input.Id, input.ExternalId, input.Status, input.StatusDetail, input.FileName, input.ContentHash, input.Width, input.Height,
        [.. annotations.Where(a => a.Value || a.Status == StatusCode.AnnotationSuccess)
            .Select(a => new TileTag(a.ConceptId, a.ConceptName, a.ConceptColor, a.Value, a.Status, a.Score, Origin(a), a.IsForAudit))]);

    /// <summary>Who said it, in words: the person, or the workflow's version.</summary>
    public static string Origin(AnnotationView annotation) => annotation.Origin switch
    {
        AnnotationOrigin.Human => annotation.WrittenAs,
        AnnotationOrigin.Workflow => $"{annotation.WorkflowExternalId} v{annotation.WorkflowVersionNumber}",
        _ => "imported",
    };
}
