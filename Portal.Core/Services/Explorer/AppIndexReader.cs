using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Reads an app through, for its <see cref="AppIndex"/>: parts of it by ranges of keys and by kinds of tags, as many at
/// once as there are processors, each part on a connection of its own and into sets that no other fills.
/// </summary>
internal sealed class AppIndexReader(IDbContextFactory<PortalDbContext> contexts, long appId, long embedderId)
{
    private const int Ranges = 64;
    private readonly AppIndex _index = new();

    /// <summary>
    /// The index of the app as it is now, or newer than its <see cref="AppIndex.LastChange"/>: then some is read again
    /// later.
    /// </summary>
    /// <exception cref="OperationCanceledException">The reading was called off.</exception>
    public AppIndex Read(CancellationToken ct)
    {
        long last;
        using (var db = contexts.CreateDbContext())
        {
            _index.LastChange = db.InputChanges.Max(c => (long?)c.Id) ?? 0;
            _index.TrimmedTo = (db.InputChanges.Where(c => c.AppId == appId).Min(c => (long?)c.Id) ?? 1) - 1;
            last = db.Inputs.Max(i => (long?)i.Id) ?? 0;
        }
        _index.Reserve(last);
        // Whole pages of the sets, so that two ranges never write to one.
        var step = (last / Ranges / AppIndex.PageSize + 1) * AppIndex.PageSize;
        var parts = TagKinds()
            .Chunk(16)
            .Select(kinds => (Action)(() => ReadTags(kinds, ct)))
            .Concat(ConceptIds().Chunk(16).Select(ids => (Action)(() => ReadLabels(ids, ct))))
            .ToList();
        for (var from = 0L; from <= last; from += step)
        {
            var first = from;
            parts.Add(() => ReadInputs(first, first + step - 1, ct));
        }
        var processors = Environment.ProcessorCount;
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = processors };
        Parallel.ForEach(Partitioner.Create(parts, loadBalance: true), options, part => part());
        _index.SumUp();
        return _index;
    }

    private void ReadInputs(long from, long to, CancellationToken ct)
    {
        using var inputs = new BulkReader(contexts, BulkStatements.Inputs);
        inputs.With(appId, from, to);
        var texts = new FactTexts();
        while (inputs.Read())
        {
            ct.ThrowIfCancellationRequested();
            var createdAt = DateTime.UnixEpoch.AddTicks(inputs.Long(1) * TimeSpan.TicksPerMicrosecond);
            var text = texts.Of(inputs.Bytes(3), inputs.Bytes(4), inputs.Bytes(5));
            var facts = new InputFacts(createdAt, inputs.Long(2) == (long)StatusCode.InputFailed, text);
            _index.AddInput(inputs.Long(0), facts, inputs.Long(6) is not 0 and var videoId ? videoId : null);
        }
        // The key alone tells which inputs have one: the index answers it without reading a vector.
        using var embedded = new BulkReader(contexts, BulkStatements.Embedded);
        embedded.With(from, to, embedderId);
        while (embedded.Read())
        {
            if (_index.Visible.Contains(embedded.Long(0)))
            {
                _index.Embedded.Add(embedded.Long(0));
            }
        }
    }

    /// <summary>Each status and concept that the app's annotations have, by one look into the index each.</summary>
    private List<(long Status, long ConceptId)> TagKinds()
    {
        var kinds = new List<(long, long)>();
        using var statuses = new BulkReader(contexts, BulkStatements.NextStatus);
        using var concepts = new BulkReader(contexts, BulkStatements.NextConcept);
        for (long status = 0; statuses.With(appId, status).Read() && !statuses.IsNull(0); )
        {
            status = statuses.Long(0);
            for (long id = 0; concepts.With(appId, status, id).Read() && !concepts.IsNull(0); )
            {
                kinds.Add((status, id = concepts.Long(0)));
            }
        }
        return kinds;
    }

    private List<long> ConceptIds()
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Concepts.Where(c => c.AppId == appId).Select(c => c.Id)];
    }

    private void ReadTags((long Status, long ConceptId)[] kinds, CancellationToken ct)
    {
        using var tags = new BulkReader(contexts, BulkStatements.Tags);
        foreach (var (status, conceptId) in kinds)
        {
            ct.ThrowIfCancellationRequested();
            var found = new Dictionary<TagKind, InputSet>();
            var scores = new List<(long Key, float Score)>();
            var (last, inputs) = (default(TagKind), (InputSet?)null);
            tags.With(appId, status, conceptId);
            while (tags.Read())
            {
                var kind = new TagKind(
                    conceptId,
                    tags.Long(1) != 0,
                    (StatusCode)status,
                    (AnnotationOrigin)tags.Long(2),
                    KeyOrNull(tags.Long(3)),
                    tags.Long(4),
                    KeyOrNull(tags.Long(5)),
                    tags.Long(7) != 0
                );
                if (inputs is null || kind != last)
                {
                    last = kind;
                    if (!found.TryGetValue(kind, out inputs))
                    {
                        found.Add(kind, inputs = new InputSet());
                    }
                }
                var key = tags.Long(0);
                inputs.Add(key);
                if (!kind.IsShown)
                {
                    continue;
                }

                var score = tags.Double(6);
                if (score > 0 || !tags.IsNull(6))
                {
                    scores.Add((key, (float)score));
                }
            }
            _index.AddTags(conceptId, found, scores);
        }
    }

    private void ReadLabels(long[] conceptIds, CancellationToken ct)
    {
        using var labels = new BulkReader(contexts, BulkStatements.Labels);
        foreach (var conceptId in conceptIds)
        {
            foreach (var value in (bool[])[true, false])
            {
                ct.ThrowIfCancellationRequested();
                var (human, machine) = (new InputSet(), new InputSet());
                labels.With(conceptId, value ? 1 : 0);
                while (labels.Read())
                {
                    (labels.Long(1) != 0 ? human : machine).Add(labels.Long(0));
                }

                _index.AddLabels(new LabelKind(conceptId, value, true), human);
                _index.AddLabels(new LabelKind(conceptId, value, false), machine);
            }
        }
    }

    private static long? KeyOrNull(long value) => value == 0 ? null : value;
}
