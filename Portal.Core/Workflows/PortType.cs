namespace Portal.Core.Workflows;

/// <summary>
/// What flows through a node's port. <see cref="None"/> as an input marks a node that reads the picture itself.
/// </summary>
public enum PortType
{
    None,
    Embedding,
    Concepts,
}
