namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// What flows through a node's port. <see cref="None"/> as an input marks a node that reads the picture itself.
/// </summary>
public enum PortType
{
    None,
    Embedding,
    Concepts,
}
