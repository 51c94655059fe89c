using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Images;
using Portal.Core.Platform;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Inputs;

/// <summary>How many inputs of an app stand where.</summary>
public sealed record InputStatusCounts(int Processed, int ToProcess, int Processing, int Errors)
{
    /// <summary>Those to process that wait for more than a worker.</summary>
    [JsonIgnore]
    public int Held { get; init; }

    /// <summary>Those that workers are on, or will be without anybody's doing.</summary>
    [JsonIgnore]
    public int UnderWay => ToProcess - Held + Processing;
}

/// <summary>The way in for images, and what people change about them afterwards.</summary>
public sealed class InputService(
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    IImageDecoder decoder,
    IOptions<ImageLimits> limits,
    InputQuota quota,
    AnnotationService annotations,
    InputSignal signal,
    AcceptedSpans spans,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    private const int MaxMetadataLength = 64 * 1024;

    // Each upload asks them, thousands of times.
    private static readonly Func<PortalDbContext, long, string, Task<bool>> IsTaken = EF.CompileAsyncQuery(
        (PortalDbContext db, long appId, string externalId) =>
            db.Inputs.Any(i => i.AppId == appId && i.ExternalId == externalId)
    );

    private static readonly Func<PortalDbContext, long, string, Task<string?>> DuplicateOf = EF.CompileAsyncQuery(
        (PortalDbContext db, long appId, string hash) =>
            db
                .Inputs.Where(i => i.AppId == appId && i.ContentHash == hash && i.DeletedAt == null)
                .Select(i => i.ExternalId)
                .FirstOrDefault()
    );

    /// <summary>
    /// Takes an image in: received whole, checked by its header, flushed to disk, then inserted with its labels in one
    /// transaction. When this returns, the input survives whatever is killed next.
    /// </summary>
    /// <exception cref="PortalException">The image, its id, its metadata or one of its labels is refused; nothing of it
    /// is kept.</exception>
    public Task<Input> AcceptAsync(long appId, long userId, NewInput wanted, Stream content, CancellationToken ct) =>
        AcceptAsync(appId, userId, wanted, content, null, ct);

    /// <param name="also">Writes more about the input, in the transaction that inserts it.</param>
    internal async Task<Input> AcceptAsync(
        long appId,
        long userId,
        NewInput wanted,
        Stream content,
        Func<PortalDbContext, Input, Task>? also,
        CancellationToken ct
    )
    {
        using var span = Telemetry.Spans.StartActivity("accept");
        try
        {
            if (!string.IsNullOrEmpty(wanted.Id))
            {
                await RefuseTakenIdAsync(appId, ids.ChosenOrNew(wanted.Id, "input"), ct);
            }

            using var arriving = await ReceiveAsync(wanted, content, ct);
            span?.SetTag("input.id", arriving.ExternalId);
            if (wanted.SkipDuplicate)
            {
                await RefuseDuplicateAsync(appId, arriving.Blob.Hash, ct);
            }

            await KeepAsync(appId, arriving, ct);
            return await InsertAsync(appId, userId, arriving, also, ct);
        }
        // As a refusal of this one picture, so that the answer still says which of the others are safe.
        catch (Exception e) when (StorageFault.Of(e) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// The first of three steps in which pictures are taken in: what can be refused without the database is, and the
    /// bytes are received.
    /// </summary>
    internal async Task<ArrivingInput> ReceiveAsync(NewInput wanted, Stream content, CancellationToken ct)
    {
        var (externalId, metadata) = (ids.ChosenOrNew(wanted.Id, "input"), Serialize(wanted.Metadata));
        return new ArrivingInput(
            wanted,
            externalId,
            metadata,
            await blobs.ReceiveAsync(content, limits.Value.Size, ct)
        );
    }

    /// <summary>
    /// The second: the picture is checked by its header, finds room in the quota, and its bytes are on disk, where they
    /// stay. May run for several at once.
    /// </summary>
    internal async Task KeepAsync(long appId, ArrivingInput arriving, CancellationToken ct)
    {
        var header = decoder.ReadHeader(arriving.Blob.Path);
        var room = await quota.TakeAsync(appId, arriving.Blob.Length, ct);
        arriving.Keep(header, room);
        blobs.Keep(arriving.Blob);
    }

    /// <summary>
    /// The third: rows for pictures, inside a transaction of the caller's, after whose commit <see cref="Announce"/> is
    /// called.
    /// </summary>
    internal async Task AddAsync(
        PortalDbContext db,
        long appId,
        long userId,
        IReadOnlyList<ArrivingInput> arriving,
        CancellationToken ct
    )
    {
        if (arriving.Count == 0)
        {
            return;
        }

        foreach (var one in arriving)
        {
            db.Inputs.Add(one.Row = RowOf(appId, userId, one));
        }

        await db.SaveOrRefuseAsync(() => Taken(arriving[0].ExternalId), ct);
        // Before a worker can see it.
        foreach (var one in arriving)
        {
            spans.Keep(one.Row!.Id, Activity.Current);
        }
    }

    /// <summary>The rows are committed: workers and open pages hear of them.</summary>
    internal void Announce(long appId, IReadOnlyList<ArrivingInput> arrived)
    {
        if (arrived.Count == 0)
        {
            return;
        }

        foreach (var one in arrived)
        {
            one.Stay();
        }

        Telemetry.InputsAccepted.Add(arrived.Count);
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    public async Task<Input> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
                .Inputs.AsNoTracking()
                .SingleOrDefaultAsync(i => i.AppId == appId && i.ExternalId == externalId && i.DeletedAt == null, ct)
            ?? throw Missing(externalId);
    }

    /// <summary>Inputs by id, in the order asked for.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InputDoesNotExist"/> naming the first that is
    /// missing.</exception>
    public async Task<IReadOnlyList<Input>> GetAsync(
        long appId,
        IReadOnlyList<string> externalIds,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db
            .Inputs.AsNoTracking()
            .Where(i => i.AppId == appId && i.DeletedAt == null && externalIds.Contains(i.ExternalId))
            .ToDictionaryAsync(i => i.ExternalId, StringComparer.Ordinal, ct);
        return [.. externalIds.Select(id => rows.GetValueOrDefault(id) ?? throw Missing(id))];
    }

    public async Task<InputStatusCounts> CountAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var counts = await db
            .Inputs.Where(i => i.AppId == appId && i.DeletedAt == null)
            .GroupBy(i => i.Status)
            .Select(g => new { Status = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Status, g => g.Count, ct);
        return new InputStatusCounts(
            counts.GetValueOrDefault(StatusCode.InputSuccess),
            counts.GetValueOrDefault(StatusCode.InputPending),
            counts.GetValueOrDefault(StatusCode.InputInProgress),
            counts.GetValueOrDefault(StatusCode.InputFailed)
        )
        {
            Held =
                counts.GetValueOrDefault(StatusCode.InputPending) == 0
                    ? 0
                    : await InputQueue.Held(db).CountAsync(i => i.AppId == appId && i.DeletedAt == null, ct),
        };
    }

    /// <summary>Replaces an input's metadata.</summary>
    public Task<Input> SetMetadataAsync(long appId, string externalId, JsonObject metadata, CancellationToken ct)
    {
        var text = Serialize(metadata);
        return ChangeAsync(appId, externalId, input => input.Metadata = text, ct);
    }

    /// <summary>
    /// Merges keys into an input's metadata (objects in objects too), removes keys, or replaces it all.
    /// </summary>
    public Task<Input> PatchMetadataAsync(
        long appId,
        string externalId,
        JsonObject given,
        PatchAction action,
        CancellationToken ct
    ) =>
        ChangeAsync(
            appId,
            externalId,
            input =>
            {
                var metadata =
                    action == PatchAction.Overwrite ? [] : JsonNode.Parse(input.Metadata) as JsonObject ?? [];
                if (action == PatchAction.Remove)
                {
                    foreach (var (key, _) in given)
                    {
                        metadata.Remove(key);
                    }
                }
                else
                {
                    Merge(metadata, given);
                }

                input.Metadata = Serialize(metadata);
            },
            ct
        );

    public Task<Input> DeleteAsync(long appId, string externalId, CancellationToken ct) =>
        ChangeAsync(appId, externalId, input => input.Hide(Now), ct);

    /// <summary>Brings a deleted input back under its old id.</summary>
    public async Task RestoreAsync(long appId, long inputId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var input = await db.Inputs.SingleAsync(i => i.AppId == appId && i.Id == inputId, ct);
        input.Restore();
        await SaveAsync(db, input, ct);
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    /// <summary>Queues failed inputs again.</summary>
    /// <param name="externalId">One input, or null for all that failed.</param>
    /// <param name="reason">Only those that failed for it, or null for any.</param>
    /// <returns>How many were queued.</returns>
    public async Task<int> RetryAsync(long appId, string? externalId, CancellationToken ct, string? reason = null)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var count = await db
            .Inputs.Where(i =>
                i.AppId == appId
                && i.Status == StatusCode.InputFailed
                && i.DeletedAt == null
                && (externalId == null || i.ExternalId == externalId)
                && (reason == null || (i.StatusDetail ?? "") == reason)
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Status, StatusCode.InputPending)
                        .SetProperty(i => i.StatusDetail, (string?)null)
                        .SetProperty(i => i.Attempts, 0),
                ct
            );
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
        return count;
    }

    private async Task<Input> InsertAsync(
        long appId,
        long userId,
        ArrivingInput arriving,
        Func<PortalDbContext, Input, Task>? also,
        CancellationToken ct
    )
    {
        // Thousands may follow.
        WriteQueue.LetOthersFirst();
        var labels = arriving.Wanted.Labels ?? [];
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Asked again where nobody else can insert in between.
        if (arriving.Wanted.SkipDuplicate)
        {
            await RefuseDuplicateAsync(db, appId, arriving.Blob.Hash);
        }

        var conceptIds = await ConceptIdsAsync(db, appId, labels, ct);
        await AddAsync(db, appId, userId, [arriving], ct);
        var input = arriving.Row!;
        await annotations.WriteAsync(
            db,
            appId,
            userId,
            [
                .. labels.Select(l => new NewAnnotation(
                    input.Id,
                    conceptIds[l.ConceptId],
                    l.Value,
                    SamplingMethod: SamplingMethod.Random
                )),
            ],
            ct
        );
        if (also is not null)
        {
            await also(db, input);
        }

        await transaction.CommitAsync(ct);
        Announce(appId, [arriving]);
        return input;
    }

    private Input RowOf(long appId, long userId, ArrivingInput arriving) =>
        new()
        {
            AppId = appId,
            ExternalId = arriving.ExternalId,
            CreatedById = userId,
            Status = StatusCode.InputPending,
            ContentHash = arriving.Blob.Hash,
            ByteLength = arriving.Blob.Length,
            MediaType = arriving.Header!.Type.MediaType(),
            Width = arriving.Header.Width,
            Height = arriving.Header.Height,
            FileName = BaseName(arriving.Wanted.FileName),
            SourceUrl = arriving.Wanted.SourceUrl,
            Metadata = arriving.Metadata,
            VideoId = arriving.Wanted.Frame?.VideoId,
            VideoTimeMs = arriving.Wanted.Frame?.TimeMs,
            CreatedAt = Now,
            ModifiedAt = Now,
        };

    private static async Task<Dictionary<string, long>> ConceptIdsAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<InputLabel> labels,
        CancellationToken ct
    )
    {
        if (labels.Count == 0)
        {
            return [];
        }

        var wanted = labels.Select(l => l.ConceptId).Distinct().ToList();
        var known = await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null && wanted.Contains(c.ExternalId))
            .ToDictionaryAsync(c => c.ExternalId, c => c.Id, StringComparer.Ordinal, ct);
        return wanted.FirstOrDefault(id => !known.ContainsKey(id)) is { } missing
            ? throw new PortalException(
                StatusCode.InputInvalidArgument,
                $"There is no concept '{Text.Shown(missing)}' in this app. Create it first.",
                missing
            )
            : known;
    }

    private async Task<Input> ChangeAsync(long appId, string externalId, Action<Input> change, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var input =
            await db.Inputs.SingleOrDefaultAsync(
                i => i.AppId == appId && i.ExternalId == externalId && i.DeletedAt == null,
                ct
            ) ?? throw Missing(externalId);
        change(input);
        input.ModifiedAt = Now;
        await SaveAsync(db, input, ct);
        changes.Publish(appId, ChangedNoun.Inputs);
        return input;
    }

    private static void Merge(JsonObject target, JsonObject given)
    {
        foreach (var (key, value) in given)
        {
            if (value is JsonObject inner && target[key] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    private static Task SaveAsync(PortalDbContext db, Input input, CancellationToken ct) =>
        db.SaveOrRefuseAsync(() => Taken(input.ExternalId), ct);

    private async Task RefuseTakenIdAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await IsTaken(db, appId, externalId))
        {
            throw Taken(externalId);
        }
    }

    private async Task RefuseDuplicateAsync(long appId, string hash, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await RefuseDuplicateAsync(db, appId, hash);
    }

    private static async Task RefuseDuplicateAsync(PortalDbContext db, long appId, string hash)
    {
        if (await DuplicateOf(db, appId, hash) is { } duplicate)
        {
            throw new PortalException(
                StatusCode.InputDuplicate,
                $"The same picture is already in this app, as '{duplicate}'.",
                duplicate
            );
        }
    }

    internal static string Serialize(JsonObject? metadata)
    {
        if (FreeJson.WhyRefused(metadata) is { } reason)
        {
            throw new PortalException(StatusCode.InputInvalidArgument, $"The metadata {reason}");
        }

        var text = metadata?.ToJsonString(JsonSerializerOptions.Web) ?? "{}";
        return text.Length <= MaxMetadataLength
            ? text
            : throw new PortalException(
                StatusCode.InputInvalidArgument,
                $"The metadata has {text.Length} characters; at most {MaxMetadataLength} are allowed."
            );
    }

    /// <summary>The last part of a name a browser or client sent, whichever way its slashes lean.</summary>
    internal static string BaseName(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..].Replace("\0", "", StringComparison.Ordinal);
        return name.Length <= 255 ? name : name[..255];
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException Missing(string id) =>
        new(StatusCode.InputDoesNotExist, $"There is no input '{Text.Shown(id)}' in this app.", id);

    private static PortalException Taken(string id) =>
        new(StatusCode.DuplicateId, $"There is already an input with the id '{id}'. Choose another id.", id);
}
