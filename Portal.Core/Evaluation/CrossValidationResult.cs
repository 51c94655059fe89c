using System.Numerics.Tensors;
using Portal.Core.Models;

namespace Portal.Core.Evaluation;

/// <summary>Scores of every row by a classifier that did not see the row.</summary>
/// <param name="Scores">Rows × concepts, row by row.</param>
/// <param name="Folds">The fold of each row.</param>
public sealed record CrossValidationResult(double[] Scores, int[] Folds)
{
    /// <summary>
    /// The part of the rows whose highest score belongs to a concept that is present, of the rows where one is; 0 to 1, NaN when no row is
    /// left.
    /// </summary>
    public double Accuracy(TrainingSet set)
    {
        var (right, counted) = (0, 0);
        for (var row = 0; row < set.Count; row++)
        {
            var labels = set.LabelsOf(row);
            if (!labels.Contains((sbyte)1))
            {
                continue;
            }

            var scores = Scores.AsSpan(row * labels.Length, labels.Length);
            right += labels[TensorPrimitives.IndexOfMax<double>(scores)] == 1 ? 1 : 0;
            counted++;
        }

        return (double)right / counted;
    }
}
