using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Evaluation;

/// <summary>
/// How the inputs behind labels were drawn: as the first standing decision says. A later correction changes the answer,
/// not how the input came to be asked about.
/// </summary>
public sealed class LabelSampling(IDbContextFactory<PortalDbContext> contexts)
{
    /// <param name="implicitNegatives">
    /// The first answer on an input then answers all its concepts, so how the input was drawn for it counts for all of
    /// them. An audit is about one concept alone, whatever the rule.
    /// </param>
    /// <returns>Rows × concepts.</returns>
    public async Task<SamplingMethod[]> OfAsync(
        long appId,
        LabelledInputs labelled,
        bool implicitNegatives,
        CancellationToken ct
    )
    {
        var ofInput = new Dictionary<long, SamplingMethod>();
        var ofConcept = new Dictionary<(long, long), SamplingMethod>();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var decisions = db
            .Decisions.Where(d => d.AppId == appId && d.UndoneAt == null && d.Kind != DecisionKind.Clear)
            .OrderBy(d => d.Id)
            .Select(d => new
            {
                d.InputId,
                d.ConceptId,
                d.SamplingMethod,
            });
        await foreach (var decision in decisions.AsAsyncEnumerable().WithCancellation(ct))
        {
            ofInput.TryAdd(decision.InputId, decision.SamplingMethod);
            ofConcept.TryAdd((decision.InputId, decision.ConceptId), decision.SamplingMethod);
        }

        var conceptIds = labelled.Set.ConceptIds;
        var methods = new SamplingMethod[labelled.InputIds.Count * conceptIds.Count];
        for (var cell = 0; cell < methods.Length; cell++)
        {
            var inputId = labelled.InputIds[cell / conceptIds.Count];
            var own = ofConcept.GetValueOrDefault((inputId, conceptIds[cell % conceptIds.Count]));
            var first = ofInput.GetValueOrDefault(inputId);
            methods[cell] =
                own == SamplingMethod.Audit || !implicitNegatives ? own
                : first == SamplingMethod.Audit ? SamplingMethod.Unstated
                : first;
        }
        return methods;
    }
}
