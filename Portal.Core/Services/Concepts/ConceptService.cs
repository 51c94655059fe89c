using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Explorer;

namespace Portal.Core.Services.Concepts;

/// <summary>A concept to be made.</summary>
/// <param name="Id">The user's own id, or null to make one from the name.</param>
public sealed record NewConcept(string? Id, string? Name, string? Color = null, string? Hotkey = null);

/// <summary>How often a concept is present, absent and waiting, over the inputs of its app.</summary>
public sealed record ConceptCounts(long ConceptId, int Present, int Absent, int Waiting);

/// <summary>The labels of an app.</summary>
public sealed partial class ConceptService(
    IDbContextFactory<PortalDbContext> contexts,
    InputIndex index,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    // Twelve hues that stay apart in light and dark and for most colour-blind readers.
    private static readonly string[] Palette =
    [
        "#4c6ef5",
        "#e8590c",
        "#0ca678",
        "#ae3ec9",
        "#f59f00",
        "#1098ad",
        "#e64980",
        "#74b816",
        "#7048e8",
        "#d6336c",
        "#2b8a3e",
        "#868e96",
    ];

    /// <summary>
    /// Letters that mean something else where concepts have their keys: approve, grid, reject, same as last, undo.
    /// </summary>
    public static readonly IReadOnlyList<char> TakenLetters = ['a', 'g', 'r', 's', 'z'];

    public async Task<IReadOnlyList<Concept>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Concepts.AsNoTracking()
            .Where(c => c.AppId == appId && c.DeletedAt == null)
            .OrderBy(c => c.Id)
            .ToListAsync(ct);
    }

    public async Task<Concept> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
                .Concepts.AsNoTracking()
                .SingleOrDefaultAsync(c => c.AppId == appId && c.ExternalId == externalId && c.DeletedAt == null, ct)
            ?? throw Missing(externalId);
    }

    /// <summary>Makes concepts, all or none.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/> when an id is taken.</exception>
    public async Task<IReadOnlyList<Concept>> CreateAsync(
        long appId,
        IReadOnlyList<NewConcept> wanted,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var rows = await AddAsync(db, appId, wanted, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Concepts);
        return rows;
    }

    internal async Task<List<Concept>> AddAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<NewConcept> wanted,
        CancellationToken ct
    )
    {
        var taken = await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null)
            .Select(c => new { c.ExternalId, c.Hotkey })
            .ToListAsync(ct);
        var takenIds = taken.Select(c => c.ExternalId).ToHashSet(StringComparer.Ordinal);
        var takenKeys = taken.Select(c => c.Hotkey).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var rows = new List<Concept>();
        foreach (var concept in wanted)
        {
            var id =
                string.IsNullOrEmpty(concept.Id) && concept.Name is { } name ? IdGenerator.FromName(name) : concept.Id;
            id = ids.ChosenOrNew(id, "concept");
            if (!takenIds.Add(id))
            {
                throw AlreadyThere(id);
            }

            var hotkey =
                concept.Hotkey
                ?? Enumerable
                    .Range(1, 9)
                    .Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    .FirstOrDefault(k => !takenKeys.Contains(k));
            rows.Add(
                new Concept
                {
                    AppId = appId,
                    ExternalId = id,
                    Name = Text.Name(concept.Name, "concept", id),
                    Color = CheckColor(concept.Color) ?? Palette[(taken.Count + rows.Count) % Palette.Length],
                    Hotkey = CheckHotkey(hotkey),
                    CreatedAt = Now,
                    ModifiedAt = Now,
                }
            );
            if (hotkey is not null)
            {
                takenKeys.Add(hotkey);
            }
        }
        db.Concepts.AddRange(rows);
        await db.SaveOrRefuseAsync(() => AlreadyThere(string.Join(", ", rows.Select(r => r.ExternalId))), ct);
        return rows;
    }

    /// <summary>Changes what is given; the id stays. An empty hotkey removes it.</summary>
    public Task<Concept> UpdateAsync(
        long appId,
        string externalId,
        string? name,
        string? color,
        string? hotkey,
        CancellationToken ct
    ) =>
        ChangeAsync(
            appId,
            db =>
                db.Concepts.SingleOrDefaultAsync(
                    c => c.AppId == appId && c.ExternalId == externalId && c.DeletedAt == null,
                    ct
                ),
            externalId,
            concept =>
            {
                if (name is not null)
                {
                    concept.Name = Text.Name(name, "concept", concept.ExternalId);
                }

                if (color is not null)
                {
                    concept.Color = CheckColor(color)!;
                }

                if (hotkey is not null)
                {
                    concept.Hotkey = hotkey.Length == 0 ? null : CheckHotkey(hotkey);
                }
            },
            ct
        );

    /// <summary>Hides a concept, unless the default workflow needs it.</summary>
    public async Task<Concept> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        var concept = await GetAsync(appId, externalId, ct);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            var outputs = await (
                from a in db.Apps
                join n in db.WorkflowNodes on a.DefaultWorkflowVersionId equals n.WorkflowVersionId
                join v in db.ModelVersions on n.ModelVersionId equals v.Id
                where a.Id == appId
                select v.Output
            ).ToListAsync(ct);
            if (
                outputs.Any(output =>
                    OutputInfo.FromJson(output).Concepts.Any(c => c.ConceptId == concept.Id || c.TargetId == concept.Id)
                )
            )
            {
                throw new PortalException(
                    StatusCode.InvalidRequest,
                    $"The app's default workflow uses the concept '{externalId}'. Make another workflow the "
                        + $"default, or none, and delete it then.",
                    externalId
                );
            }
        }
        return await ChangeAsync(
            appId,
            db => db.Concepts.SingleOrDefaultAsync(c => c.Id == concept.Id, ct),
            externalId,
            c => c.Hide(Now),
            ct
        );
    }

    public Task<Concept> RestoreAsync(long appId, long conceptId, CancellationToken ct) =>
        ChangeAsync(
            appId,
            db => db.Concepts.SingleOrDefaultAsync(c => c.AppId == appId && c.Id == conceptId, ct),
            "",
            c => c.Restore(),
            ct
        );

    /// <summary>
    /// Counts for every concept of the app that has any, hidden inputs left out. From sets in memory: open pages ask
    /// again after every decision.
    /// </summary>
    public Task<IReadOnlyDictionary<long, ConceptCounts>> CountAsync(long appId, CancellationToken ct) =>
        index.AskAsync<IReadOnlyDictionary<long, ConceptCounts>>(
            appId,
            app =>
            {
                var counts = new Dictionary<long, ConceptCounts>();
                foreach (var (kind, inputs) in app.Labels)
                {
                    var (sum, count) = (SumOf(kind.ConceptId), inputs.CountCommon(app.Visible));
                    counts[kind.ConceptId] = kind.Value
                        ? sum with
                        {
                            Present = sum.Present + count,
                        }
                        : sum with
                        {
                            Absent = sum.Absent + count,
                        };
                }
                foreach (var (kind, inputs) in app.Tags.Where(t => t.Key.IsForReview))
                {
                    var sum = SumOf(kind.ConceptId);
                    counts[kind.ConceptId] = sum with { Waiting = sum.Waiting + inputs.CountCommon(app.Visible) };
                }
                return counts;

                ConceptCounts SumOf(long conceptId) =>
                    counts.GetValueOrDefault(conceptId) ?? new ConceptCounts(conceptId, 0, 0, 0);
            },
            ct
        );

    private async Task<Concept> ChangeAsync(
        long appId,
        Func<PortalDbContext, Task<Concept?>> find,
        string externalId,
        Action<Concept> change,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var concept = await find(db) ?? throw Missing(externalId);
        change(concept);
        concept.ModifiedAt = Now;
        await db.SaveOrRefuseAsync(() => AlreadyThere(concept.ExternalId), ct);
        changes.Publish(appId, ChangedNoun.Concepts);
        return concept;
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static string? CheckColor(string? color) =>
        color is null || HexColor().IsMatch(color)
            ? color
            : throw new PortalException(
                StatusCode.InvalidRequest,
                $"'{Text.Shown(color)}' is not a colour. Write it as # and six hexadecimal digits, for example #4c6ef5."
            );

    private static string? CheckHotkey(string? key)
    {
        if (key is null)
        {
            return null;
        }

        if (key.Length != 1 || !char.IsAsciiLetterOrDigit(key[0]))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"'{Text.Shown(key)}' cannot be a hotkey. Use one letter or digit."
            );
        }

        var letter = char.ToLowerInvariant(key[0]);
        if (TakenLetters.Contains(letter))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"{char.ToUpperInvariant(letter)} is a key of the Label and Review pages. Choose a digit, or a "
                    + $"letter other than {string.Join(", ", TakenLetters.Select(char.ToUpperInvariant))}."
            );
        }
        return letter.ToString();
    }

    private static PortalException Missing(string id) =>
        new(StatusCode.DoesNotExist, $"There is no concept '{Text.Shown(id)}' in this app.", id);

    private static PortalException AlreadyThere(string id) =>
        new(StatusCode.DuplicateId, $"There is already a concept with the id '{id}'. Choose another id.", id);

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex HexColor();
}
