using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Explorer;

namespace Portal.Core.Services.Evaluation;

/// <summary>Scores a random sample of an app's inputs with a model version.</summary>
public sealed class ScoreSample(IDbContextFactory<PortalDbContext> contexts)
{
    public const int Size = 500;

    /// <param name="heldOut">What the yield is counted on where every input is labelled.</param>
    public async Task<SampledScores> DrawAsync(
        long appId,
        long modelVersionId,
        HeldOutScores heldOut,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var version = await db.ModelVersions.AsNoTracking().SingleAsync(v => v.Id == modelVersionId, ct);
        var unlabelled = await db
            .Inputs.Where(i =>
                i.AppId == appId
                && i.Status == StatusCode.InputSuccess
                && i.DeletedAt == null
                && !db.Labels.Any(l => l.InputId == i.Id && l.IsHuman)
            )
            .DrawAsync(Size, ct);
        var inputIds = unlabelled.ConvertAll(i => i.Id);
        var vectors = version.Head is null
            ? []
            : await db
                .InputEmbeddings.Where(e => e.EmbedderId == version.EmbedderId && inputIds.Contains(e.InputId))
                .Select(e => e.Vector)
                .ToListAsync(ct);
        if (vectors.Count == 0)
        {
            return new SampledScores(
                heldOut.Count,
                false,
                heldOut
                    .ConceptIds.Select((id, c) => (id, c))
                    .ToDictionary(
                        concept => concept.id,
                        concept =>
                            Enumerable.Range(0, heldOut.Count).Select(row => heldOut.Score(row, concept.c)).ToArray()
                    )
            );
        }

        var head = ClassifierHead.FromBytes(version.Head);
        var scores = new double[vectors.Count][];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = new double[head.ConceptIds.Count];
            head.Score(MemoryMarshal.Cast<byte, Half>(vectors[i]), scores[i]);
        }
        return new SampledScores(
            scores.Length,
            true,
            head.ConceptIds.Select((id, c) => (id, c))
                .ToDictionary(concept => concept.id, concept => Array.ConvertAll(scores, row => row[concept.c]))
        );
    }
}
