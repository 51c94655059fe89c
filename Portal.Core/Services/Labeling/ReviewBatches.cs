using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Labeling;

public enum ReviewOrder
{
    /// <summary>Scores nearest to one half first.</summary>
    LowestConfidence,

    /// <summary>The highest scores first.</summary>
    HighestConfidence,
}

/// <summary>Annotations handed out for review.</summary>
/// <param name="Left">How many are to be reviewed in all, these and other people's included.</param>
/// <param name="Seen">The last decision these reflect.</param>
public sealed record ReviewBatch(IReadOnlyList<AnnotationView> Annotations, int Left, long Seen);

/// <summary>Hands out what is to be reviewed, each input to one holder at a time.</summary>
public sealed class ReviewBatches(
    OpenWork work,
    AnnotationService annotations,
    DecisionService decisions,
    LeaseService leases
)
{
    /// <param name="conceptId">One concept, or null for all; then everything that waits on an input comes
    /// together.</param>
    /// <param name="skipped">Ids of inputs that are not to be handed out to this holder for now.</param>
    /// <param name="take">Inputs at most.</param>
    public async Task<ReviewBatch> NextAsync(
        long appId,
        string holder,
        long? conceptId,
        ReviewOrder order,
        IReadOnlyList<string> skipped,
        int take,
        CancellationToken ct
    )
    {
        var seen = await decisions.SequenceAsync(appId, ct);
        // Twice as many as wanted: several may lie on one input, and others take batches too.
        var (wanted, left) = await work.ToReviewAsync(appId, conceptId, order, skipped, take * 2, ct);
        var taken = await leases.TakeAsync(appId, holder, wanted, take, ct);
        var ofInputs = await annotations.OfInputsAsync(taken, ct);
        return new ReviewBatch(
            [
                .. taken.SelectMany(id =>
                    ofInputs[id]
                        .Where(a => a.IsForReview && (conceptId is null || a.ConceptId == conceptId))
                        .OrderByDescending(a => a.Score)
                ),
            ],
            left,
            seen
        );
    }
}
