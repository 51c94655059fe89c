namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// A model version bound to its parameters. Pure: the same input gives the same output, and nothing is stored. Safe to
/// share between threads.
/// </summary>
public interface INodeOperator
{
    NodeOutput Run(NodeInput input);

    /// <summary>
    /// The concepts that can leave this node when those in <paramref name="conceptsIn"/> can reach it.
    /// </summary>
    IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn);

    /// <summary>The concepts that the parameters count on receiving.</summary>
    IReadOnlyCollection<long> ExpectedConcepts => [];

    /// <summary>
    /// The scores of a concept at which this node's behaviour changes; between two of them it is the same.
    /// </summary>
    IReadOnlyCollection<double> CutPoints(long conceptId) => [];

    /// <summary>
    /// For a node that holds some inputs back whatever their scores are: the same node letting every input through.
    /// Routes are drawn for those.
    /// </summary>
    INodeOperator ForEveryInput => this;

    /// <summary>The user a writer writes as; null for a node that writes nothing.</summary>
    string? WritesAs => null;
}
