using Portal.Core.Domain.Models;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// All that a run needs to know of a model version. <paramref name="Head"/> is there for trained classifiers only.
/// </summary>
/// <param name="ModelExternalId">The id people see, for messages.</param>
/// <param name="EmbedderId">The embedder whose vectors a classifier was trained on; null: the current one.</param>
/// <param name="TypeId">An id or alias known to <see cref="NodeTypeRegistry"/>.</param>
public sealed record ModelVersionSpec(
    long ModelVersionId,
    long ModelId,
    string ModelExternalId,
    string TypeId,
    bool IsTrained,
    OutputInfo Output,
    ClassifierHead? Head,
    long? EmbedderId = null
);
