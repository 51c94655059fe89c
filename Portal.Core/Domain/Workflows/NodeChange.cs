namespace Portal.Core.Domain.Workflows;

/// <summary>How a node differs between two versions of a workflow.</summary>
/// <param name="Before">Null where the node was added.</param>
/// <param name="After">Null where it was removed.</param>
/// <param name="Values">What changed of a node that is in both.</param>
public sealed record NodeChange(string NodeId, NodeView? Before, NodeView? After, IReadOnlyList<ValueChange> Values);

/// <summary>One thing that changed, in words.</summary>
/// <param name="Name">What it is, for example "Threshold of walker".</param>
/// <param name="From">Null where it was not there.</param>
/// <param name="To">Null where it is no longer there.</param>
public sealed record ValueChange(string Name, string? From, string? To);
