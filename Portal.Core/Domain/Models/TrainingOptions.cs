using Portal.Core.Engines.Training;

namespace Portal.Core.Domain.Models;

/// <summary>How a classifier is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>One softmax over the concepts instead of a sigmoid for each.</summary>
    public bool MutuallyExclusive { get; init; }

    /// <summary>
    /// With <see cref="MutuallyExclusive"/>: inputs that hold none of the concepts are left out instead of teaching
    /// "none of these".
    /// </summary>
    public bool ClosedEnvironment { get; init; }

    /// <summary>
    /// Weight C of the data, positive: the objective is <c>C · Σ loss + ½ ‖weights‖²</c>, the sum going over inputs, so
    /// that more inputs speak louder. Null: chosen by cross-validation on the rows that are trained on, see
    /// <see cref="RegulariserChoice"/>.
    /// </summary>
    public double? C { get; init; }

    /// <summary>Where to stop if the optimum is not reached before.</summary>
    public int MaxIterations { get; init; } = 300;
}
