using Portal.Core.Domain.Models;

namespace Portal.Core.Domain.Workflows;

/// <summary>
/// A node to create. <paramref name="Output"/> is null for the classifier, which exists; the others get a new model
/// with it.
/// </summary>
public sealed record BandNode(
    string Id,
    string TypeId,
    string ModelName,
    OutputInfo? Output,
    IReadOnlyList<string> InputIds
);
