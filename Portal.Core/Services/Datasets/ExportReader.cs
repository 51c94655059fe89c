using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Exchange;

namespace Portal.Core.Services.Datasets;

/// <summary>
/// Reads an app for an export: by key, in pages, inside one snapshot of the database, so that every pass sees the same.
/// </summary>
internal sealed class ExportReader : IExportSource, IAsyncDisposable
{
    private const int PageSize = 500;
    private readonly PortalDbContext _db;
    private readonly long _appId;
    private readonly InputSet? _wanted;
    private readonly Func<string, bool> _hasPicture;
    private readonly IAsyncDisposable _snapshot;
    private readonly Dictionary<long, string> _concepts;
    private readonly Dictionary<long, string> _users;
    private readonly Dictionary<long, (string Workflow, int Number)> _versions;

    private ExportReader(
        PortalDbContext db,
        IAsyncDisposable snapshot,
        App app,
        ExportSurvey survey,
        InputSet? wanted,
        Func<string, bool> hasPicture,
        IReadOnlyList<Concept> concepts,
        Dictionary<long, string> users,
        Dictionary<long, (string, int)> versions
    )
    {
        (_db, _snapshot, _appId, _wanted, _hasPicture, _users, _versions) = (
            db,
            snapshot,
            app.Id,
            wanted,
            hasPicture,
            users,
            versions
        );
        (App, Survey) = (new ExportedApp(app.ExternalId, app.Name, app.Description), survey);
        _concepts = concepts.ToDictionary(c => c.Id, c => c.ExternalId);
        Concepts = [.. concepts.Select(c => new ExchangeConcept(c.ExternalId, c.Name, c.Color, c.Hotkey))];
    }

    public ExportedApp App { get; }
    public ExportSurvey Survey { get; }
    public IReadOnlyList<ExchangeConcept> Concepts { get; }

    /// <param name="db">Inside the snapshot; it and the snapshot are the reader's from now on.</param>
    /// <param name="wanted">Keys of the inputs wanted; null for all.</param>
    /// <param name="hasPicture">Whether the picture with a hash goes into the export.</param>
    public static async Task<ExportReader> OpenAsync(
        PortalDbContext db,
        IAsyncDisposable snapshot,
        App app,
        ExportSurvey survey,
        InputSet? wanted,
        Func<string, bool> hasPicture,
        CancellationToken ct
    )
    {
        var appId = app.Id;
        var concepts = await db
            .Concepts.AsNoTracking()
            .Where(c => c.AppId == appId && c.DeletedAt == null)
            .OrderBy(c => c.Id)
            .ToListAsync(ct);
        var users = await db
            .Users.Select(u => new { u.Id, u.UserName })
            .ToDictionaryAsync(u => u.Id, u => u.UserName!, ct);
        var versions = await (
            from v in db.WorkflowVersions
            join w in db.Workflows on v.WorkflowId equals w.Id
            where w.AppId == appId
            select new
            {
                v.Id,
                w.ExternalId,
                v.Number,
            }
        ).ToDictionaryAsync(v => v.Id, v => (v.ExternalId, v.Number), ct);
        return new ExportReader(db, snapshot, app, survey, wanted, hasPicture, concepts, users, versions);
    }

    /// <summary>In order of upload.</summary>
    public async IAsyncEnumerable<ExchangeInput> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, input) in FrozenAsync(ct))
        {
            yield return _hasPicture(input.Hash) ? input with { Image = ExportContent.PathOf(input) } : input;
        }
    }

    /// <summary>With their keys, and without pictures.</summary>
    public async IAsyncEnumerable<FrozenInput> FrozenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ct))
        {
            var keys = page.ConvertAll(i => i.Id);
            var annotations = (
                await _db
                    .Annotations.AsNoTracking()
                    .Where(a => keys.Contains(a.InputId))
                    .OrderBy(a => a.Id)
                    .ToListAsync(ct)
            ).ToLookup(a => a.InputId);
            var decisions = (
                await _db
                    .Decisions.AsNoTracking()
                    .Where(d => keys.Contains(d.InputId))
                    .OrderBy(d => d.Id)
                    .ToListAsync(ct)
            ).ToLookup(d => d.InputId);
            var labels = (
                await _db
                    .Labels.AsNoTracking()
                    .Where(l => keys.Contains(l.InputId))
                    .OrderBy(l => l.ConceptId)
                    .ToListAsync(ct)
            ).ToLookup(l => l.InputId);
            foreach (var input in page)
            {
                yield return new FrozenInput(
                    input.Id,
                    Of(input, [.. annotations[input.Id]], decisions[input.Id], labels[input.Id])
                );
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _snapshot.DisposeAsync();
        await _db.DisposeAsync();
    }

    private async IAsyncEnumerable<List<Input>> PagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var visible = _db.Inputs.AsNoTracking().Where(i => i.AppId == _appId && i.DeletedAt == null);
        if (_wanted is not null)
        {
            foreach (var keys in _wanted.Ascending().Chunk(PageSize))
            {
                yield return await visible.Where(i => keys.Contains(i.Id)).OrderBy(i => i.Id).ToListAsync(ct);
            }

            yield break;
        }
        for (long last = 0; ; )
        {
            var page = await visible.Where(i => i.Id > last).OrderBy(i => i.Id).Take(PageSize).ToListAsync(ct);
            if (page.Count == 0)
            {
                yield break;
            }

            last = page[^1].Id;
            yield return page;
        }
    }

    private ExchangeInput Of(
        Input input,
        List<Annotation> annotations,
        IEnumerable<Decision> decisions,
        IEnumerable<Label> labels
    )
    {
        var ids = annotations.ToDictionary(a => a.Id, a => a.ExternalId);
        return new ExchangeInput
        {
            Id = input.ExternalId,
            Hash = input.ContentHash,
            MediaType = input.MediaType,
            ByteLength = input.ByteLength,
            Width = input.Width,
            Height = input.Height,
            FileName = input.FileName,
            SourceUrl = input.SourceUrl,
            Metadata = input.Metadata == "{}" ? null : JsonElement.Parse(input.Metadata),
            CreatedBy = _users.GetValueOrDefault(input.CreatedById),
            CreatedAt = input.CreatedAt,
            Labels =
            [
                .. labels
                    .Where(l => _concepts.ContainsKey(l.ConceptId))
                    .Select(l => new ExchangeLabel(
                        _concepts[l.ConceptId],
                        l.Value,
                        l.IsHuman,
                        ScoreOf(l, annotations)
                    )),
            ],
            Annotations = [.. annotations.Where(a => _concepts.ContainsKey(a.ConceptId)).Select(Of)],
            Decisions = [.. decisions.Where(d => _concepts.ContainsKey(d.ConceptId)).Select(d => Of(d, ids))],
        };
    }

    private static double? ScoreOf(Label label, List<Annotation> annotations) =>
        label.IsHuman
            ? null
            : annotations
                .Where(a =>
                    a.ConceptId == label.ConceptId && a is { IsMachine: true, Status: StatusCode.AnnotationSuccess }
                )
                .MaxBy(a => a.Id)
                ?.Score;

    private ExchangeAnnotation Of(Annotation a)
    {
        var version =
            a.WorkflowVersionId is { } id && _versions.TryGetValue(id, out var known)
                ? known
                : ((string Workflow, int Number)?)null;
        return new ExchangeAnnotation
        {
            Id = a.ExternalId,
            Concept = _concepts[a.ConceptId],
            Value = a.Value,
            Status = (int)a.Status,
            WrittenStatus = (int)a.WrittenStatus,
            Score = a.Score,
            User = _users[a.WrittenAsId],
            Origin = ExchangeFormatter.Of(a.Origin),
            Workflow = version?.Workflow,
            WorkflowVersion = version?.Number,
            Node = a.NodeId,
            Info = a.Info is null ? null : JsonElement.Parse(a.Info),
            ReviewRequested = a.ReviewRequested,
            ReviewedBy = a.ReviewedById is { } reviewer ? _users.GetValueOrDefault(reviewer) : null,
            ReviewedAt = a.ReviewedAt,
            CreatedAt = a.CreatedAt,
            ModifiedAt = a.ModifiedAt,
        };
    }

    private ExchangeDecision Of(Decision d, Dictionary<long, string> annotationIds) =>
        new()
        {
            Concept = _concepts[d.ConceptId],
            User = _users[d.UserId],
            Kind = ExchangeFormatter.Of(d.Kind),
            Value = d.Value,
            SamplingMethod = ExchangeFormatter.Of(d.SamplingMethod),
            Annotation = d.AnnotationId is { } id ? annotationIds.GetValueOrDefault(id) : null,
            CreatedAt = d.CreatedAt,
            UndoneAt = d.UndoneAt,
            UndoneBy = d.UndoneById is { } undoer ? _users.GetValueOrDefault(undoer) : null,
        };
}
