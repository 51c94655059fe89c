namespace Portal.Core.Domain.Models;

/// <summary>How a classifier's linear outputs become scores.</summary>
public enum ClassifierLink
{
    /// <summary>Each concept by itself.</summary>
    Sigmoid = 0,

    /// <summary>The concepts share a sum of 1.</summary>
    Softmax = 1,

    /// <summary>
    /// The concepts and "none of these", whose linear output is 0, share a sum of 1; "none" is not among the scores.
    /// </summary>
    SoftmaxWithNone = 2,
}
