using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Explorer;

namespace Portal.Core.Services.Labeling;

public enum LabelOrder
{
    /// <summary>The oldest first.</summary>
    Uploaded,

    /// <summary>By chance: the only draw besides uploading order that a threshold's guarantee can rest on.</summary>
    Random,

    /// <summary>Least certain first.</summary>
    MostInformative,

    /// <summary>The most likely to hold the concept first.</summary>
    HighestConfidence,

    /// <summary>The most alike to some inputs first.</summary>
    Nearest,
}

/// <summary>What to label next.</summary>
/// <param name="ConceptId">Inputs where nobody answered for this concept; null: where nobody answered at all.</param>
/// <param name="Near">The inputs to be near to.</param>
/// <param name="Except">Ids of inputs that the person skipped and is not to be handed again for now.</param>
public sealed record LabelQuery(
    LabelOrder Order,
    long? ConceptId = null,
    IReadOnlyList<long>? Near = null,
    IReadOnlyList<string>? Except = null
);

/// <summary>Inputs handed out for labelling.</summary>
/// <param name="Order">The order they came in: by chance where the wished one needs a trained model and there is
/// none.</param>
/// <param name="Guesses">The newest trained model's scores, by input, the highest first. Empty in a random draw: a
/// guess on screen would colour an honest sample.</param>
/// <param name="Left">How many match in all.</param>
/// <param name="Total">How many inputs the app has.</param>
/// <param name="Seen">The last decision these reflect.</param>
public sealed record LabelBatch(
    IReadOnlyList<InputTile> Inputs,
    LabelOrder Order,
    ILookup<long, ConceptScore> Guesses,
    ILookup<long, AnnotationView> Annotations,
    int Left,
    int Total,
    long Seen
);

/// <summary>Hands out inputs to label, each to one holder at a time.</summary>
public sealed class LabelBatches(
    OpenWork work,
    InputQueries inputs,
    AnnotationService annotations,
    DecisionService decisions,
    LeaseService leases,
    UncertaintyOrder uncertainty
)
{
    private const int MaxPool = 1000;

    public async Task<LabelBatch> NextAsync(long appId, string holder, LabelQuery query, int take, CancellationToken ct)
    {
        var seen = await decisions.SequenceAsync(appId, ct);
        // Twice as many as wanted: others take batches too.
        var pool = query.Order is LabelOrder.Uploaded or LabelOrder.Random ? take * 2 : MaxPool;
        var (open, left, total) = await work.ToLabelAsync(
            appId,
            query,
            byChance: query.Order != LabelOrder.Uploaded,
            pool,
            ct
        );
        var (order, wanted) = await OrderAsync(appId, query, open, take * 2, ct);
        var taken = await leases.TakeAsync(appId, holder, wanted, take, ct);
        var guesses = order == LabelOrder.Random ? [] : await uncertainty.ScoresAsync(appId, taken, ct);
        return new LabelBatch(
            await inputs.TilesAsync(taken, ct),
            order,
            guesses.SelectMany(g => g.Scores.Select(s => (g.InputId, Score: s))).ToLookup(g => g.InputId, g => g.Score),
            await annotations.OfInputsAsync(taken, ct),
            left,
            total,
            seen
        );
    }

    private async Task<(LabelOrder Order, IReadOnlyList<long> Wanted)> OrderAsync(
        long appId,
        LabelQuery query,
        IReadOnlyList<long> open,
        int take,
        CancellationToken ct
    )
    {
        var wanted = query.Order switch
        {
            LabelOrder.MostInformative => await uncertainty.MostUncertainAsync(appId, open, query.ConceptId, take, ct),
            LabelOrder.HighestConfidence when query.ConceptId is { } conceptId => await uncertainty.MostConfidentAsync(
                appId,
                open,
                conceptId,
                take,
                ct
            ),
            LabelOrder.Nearest when query.Near is { Count: > 0 } near => await uncertainty.NearestAsync(
                open,
                near,
                take,
                ct
            ),
            _ => open,
        };
        return wanted.Count > 0 || open.Count == 0
            ? (
                query.Order == LabelOrder.HighestConfidence && query.ConceptId is null
                    ? LabelOrder.Random
                    : query.Order,
                wanted
            )
            : (LabelOrder.Random, open);
    }
}
