using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Explorer;

/// <summary>A tag as a tile shows it.</summary>
/// <param name="Origin">Who said it, in words.</param>
/// <param name="NodeId">The node that wrote it, where a workflow did.</param>
public sealed record TileTag(
    long ConceptId,
    string ConceptName,
    string ConceptColor,
    bool Value,
    StatusCode Status,
    double? Score,
    string Origin,
    bool IsForAudit = false,
    string? NodeId = null,
    long? WorkflowVersionId = null
);

/// <summary>An input as a tile shows it.</summary>
/// <param name="VideoTimeMs">Milliseconds from the beginning of the video it is a frame of; null for a picture of its
/// own.</param>
public sealed record InputTile(
    long Id,
    string ExternalId,
    StatusCode Status,
    string? StatusDetail,
    string FileName,
    string ContentHash,
    int Width,
    int Height,
    IReadOnlyList<TileTag> Tags,
    int? VideoTimeMs = null
);

/// <summary>Reads inputs for people who look through them.</summary>
public sealed class InputQueries(
    IDbContextFactory<PortalDbContext> contexts,
    AnnotationService annotations,
    InputIndex index,
    SimilarInputs similar
)
{
    /// <summary>Inputs that are shown as like others.</summary>
    private const int MostLike = 500;

    /// <summary>
    /// The inputs a filter matches, in its order. The list stays as it is when the app changes; ask again for a newer
    /// one.
    /// </summary>
    public async Task<InputList> FindAsync(long appId, InputFilter filter, CancellationToken ct)
    {
        if (filter.Like.Count > 0)
        {
            return await LikeAsync(appId, filter, ct);
        }

        var concepts = await ConceptsAsync(appId, ct);
        return await index.AskAsync(
            appId,
            app =>
            {
                var evaluation = new FilterEvaluation(app, filter, concepts);
                var result = evaluation.Result();
                return filter.Order is InputOrder.HighestScore or InputOrder.LowestScore
                    ? new InputList(result, evaluation.Ranked(result, filter.Order == InputOrder.HighestScore))
                    : new InputList(result, filter.Order == InputOrder.Oldest);
            },
            ct
        );
    }

    public async Task<int> CountAsync(long appId, InputFilter filter, CancellationToken ct) =>
        (await FindAsync(appId, filter, ct)).Count;

    /// <summary>
    /// Counts beside each thing a filter could ask for: the inputs there would be if it asked for that one, all other
    /// groups left as they are.
    /// </summary>
    public async Task<InputFacets> FacetsAsync(long appId, InputFilter filter, CancellationToken ct)
    {
        var concepts = await ConceptsAsync(appId, ct);
        return await index.AskAsync(
            appId,
            app => InputFacets.Count(new FilterEvaluation(app, filter, concepts), app, filter, concepts.Keys),
            ct
        );
    }

    /// <summary>The names by which people know what filters name by key.</summary>
    public async Task<FilterNames> NamesAsync(long appId, CancellationToken ct)
    {
        var used = await index.AskAsync(
            appId,
            app => app.Tags.Keys.Select(k => (k.WrittenAsId, k.ReviewerId)).Distinct().ToList(),
            ct
        );
        var userIds = used.Select(u => u.WrittenAsId)
            .Concat(used.Select(u => u.ReviewerId).OfType<long>())
            .Distinct()
            .ToList();
        await using var db = await contexts.CreateDbContextAsync(ct);
        return new FilterNames(
            await db
                .Concepts.AsNoTracking()
                .Where(c => c.AppId == appId && c.DeletedAt == null)
                .OrderBy(c => c.Id)
                .ToListAsync(ct),
            await db.Users.Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName!, ct),
            await db
                .Workflows.Where(w => w.AppId == appId && w.DeletedAt == null)
                .ToDictionaryAsync(w => w.Id, w => w.ExternalId, ct),
            await db
                .Videos.Where(f => f.AppId == appId && f.DeletedAt == null)
                .Select(f => new VideoName(f.Id, f.ExternalId, f.FileName == "" ? f.ExternalId : f.FileName))
                .ToListAsync(ct)
        );
    }

    /// <summary>
    /// The place in a list in order of time from which on there are only inputs uploaded before a time; oldest first,
    /// not before it.
    /// </summary>
    public Task<int> PlaceOfTimeAsync(
        long appId,
        InputList list,
        InputOrder order,
        DateTime time,
        CancellationToken ct
    ) =>
        index.AskAsync(
            appId,
            app =>
            {
                var (low, high) = (0, list.Count);
                while (low < high)
                {
                    var middle = (low + high) / 2;
                    var isEarlier = app.FactsOf(list.Keys(middle, 1)[0]).CreatedAt < time;
                    if (isEarlier == (order == InputOrder.Oldest))
                    {
                        low = middle + 1;
                    }
                    else
                    {
                        high = middle;
                    }
                }
                return low;
            },
            ct
        );

    /// <summary>The ids by which clients know inputs, in order of upload; the deleted ones are left out.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(InputSet inputs, CancellationToken ct)
    {
        var found = new List<string>();
        await using var db = await contexts.CreateDbContextAsync(ct);
        foreach (var keys in inputs.Ascending().Chunk(1000))
        {
            found.AddRange(
                await db
                    .Inputs.Where(i => keys.Contains(i.Id) && i.DeletedAt == null)
                    .OrderBy(i => i.Id)
                    .Select(i => i.ExternalId)
                    .ToListAsync(ct)
            );
        }

        return found;
    }

    /// <summary>Keys of the newest inputs.</summary>
    public Task<IReadOnlyList<long>> NewestAsync(long appId, int take, CancellationToken ct) =>
        NewestAsync(appId, null, 0, take, ct);

    /// <summary>
    /// Keys of inputs, the newest first, from after <paramref name="after"/>, skipping a few. Reading a page costs the
    /// same wherever it stands.
    /// </summary>
    /// <param name="after">The last key seen; null for the beginning.</param>
    public async Task<IReadOnlyList<long>> NewestAsync(
        long appId,
        long? after,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Inputs.Where(i => i.AppId == appId && i.DeletedAt == null && (after == null || i.Id < after))
            .OrderByDescending(i => i.Id)
            .Select(i => i.Id)
            .Skip(skip)
            .Take(take)
            .ToListAsync(ct);
    }

    /// <summary>Tiles of the given inputs, in the order given; the deleted ones are left out.</summary>
    public async Task<IReadOnlyList<InputTile>> TilesAsync(IReadOnlyList<long> inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var inputs = await db
            .Inputs.AsNoTracking()
            .Where(i => inputIds.Contains(i.Id) && i.DeletedAt == null)
            .ToDictionaryAsync(i => i.Id, ct);
        var tags = await annotations.OfInputsAsync(inputIds, ct);
        return [.. inputIds.Where(inputs.ContainsKey).Select(id => Tile(inputs[id], tags[id]))];
    }

    /// <summary>Inputs by key, in the order given; the deleted ones are left out.</summary>
    public async Task<IReadOnlyList<Input>> InputsAsync(IReadOnlyList<long> inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var inputs = await db
            .Inputs.AsNoTracking()
            .Where(i => inputIds.Contains(i.Id) && i.DeletedAt == null)
            .ToDictionaryAsync(i => i.Id, ct);
        return [.. inputIds.Where(inputs.ContainsKey).Select(id => inputs[id])];
    }

    private async Task<InputList> LikeAsync(long appId, InputFilter filter, CancellationToken ct)
    {
        var within = await FindAsync(appId, filter with { Like = [] }, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var keys = await db
            .Inputs.Where(i => i.AppId == appId && i.DeletedAt == null && filter.Like.Contains(i.ExternalId))
            .Select(i => i.Id)
            .ToListAsync(ct);
        if (keys.Count == 0)
        {
            return InputList.Empty;
        }

        var hits = await similar.FindAsync(appId, keys, within.Set, MostLike, ct);
        var ranked = hits.Select(h => h.InputId).ToArray();
        return new InputList(new InputSet(ranked), ranked);
    }

    private async Task<Dictionary<long, string>> ConceptsAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null)
            .ToDictionaryAsync(c => c.Id, c => c.Name, ct);
    }

    private static InputTile Tile(Input input, IEnumerable<AnnotationView> annotations) =>
        new(
            input.Id,
            input.ExternalId,
            input.Status,
            input.StatusDetail,
            input.FileName,
            input.ContentHash,
            input.Width,
            input.Height,
            [
                .. annotations
                    .Where(a => a.Value || a.Status == StatusCode.AnnotationSuccess)
                    .Select(a => new TileTag(
                        a.ConceptId,
                        a.ConceptName,
                        a.ConceptColor,
                        a.Value,
                        a.Status,
                        a.Score,
                        Origin(a),
                        a.IsForAudit,
                        a.NodeId,
                        a.WorkflowVersionId
                    )),
            ],
            input.VideoTimeMs
        );

    /// <summary>Who said it, in words: the person, or the workflow's version.</summary>
    public static string Origin(AnnotationView annotation) =>
        annotation.Origin switch
        {
            AnnotationOrigin.Human => annotation.WrittenAs,
            AnnotationOrigin.Workflow => $"{annotation.WorkflowExternalId} v{annotation.WorkflowVersionNumber}",
            _ => "imported",
        };
}
