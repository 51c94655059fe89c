namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a node is there for; it settles what flows in and out of it, and how pages colour it.</summary>
public enum NodeRole
{
    /// <summary>Reads the picture and gives an embedding.</summary>
    Embed,

    /// <summary>Reads an embedding and gives concepts their scores.</summary>
    Score,

    /// <summary>Takes concepts and passes some of them on.</summary>
    Sift,

    /// <summary>Takes concepts, asks for annotations of them and passes them on.</summary>
    Write,
}
