namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// A node as the user gave it: its id in the workflow, the model version it runs, and the nodes it reads from.
/// </summary>
public sealed record GraphNode(string Id, ModelVersionSpec Model, IReadOnlyList<string> InputIds);
