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

    /// <summary>The scores of one concept on the rows that have an answer for it, in the order of the rows.</summary>
    /// <param name="concept">The concept's index in the set.</param>
    public ScoredLabel[] LabelsOf(TrainingSet set, int concept) =>
        [.. Enumerable.Range(0, set.Count)
            .Where(row => set.LabelsOf(row)[concept] >= 0)
            .Select(row => new ScoredLabel(Scores[(row * set.ConceptIds.Count) + concept], set.LabelsOf(row)[concept] == 1))];

    /// <summary>
    /// The confusion matrix without its empty cells. A row whose highest score belongs to a concept that is present counts once, on the
    /// diagonal; another one counts for each concept that is present; one without any does not count.
    /// </summary>
    public IReadOnlyList<ConfusionCell> Confusion(TrainingSet set) =>
        [.. Enumerable.Range(0, set.Count)
            .SelectMany(row => ActualOf(set, row, out var predicted).Select(actual => (Actual: actual, Predicted: predicted, Row: row)))
            .GroupBy(count => (count.Actual, count.Predicted), count => count.Row)
            .OrderBy(cell => cell.Key)
            .Select(cell => new ConfusionCell(cell.Key.Actual, cell.Key.Predicted, [.. cell]))];

    private int[] ActualOf(TrainingSet set, int row, out int predicted)
    {
        var labels = set.LabelsOf(row);
        predicted = TensorPrimitives.IndexOfMax<double>(Scores.AsSpan(row * labels.Length, labels.Length));
        return labels[predicted] == 1
            ? [predicted]
            : [.. Enumerable.Range(0, labels.Length).Where(concept => set.LabelsOf(row)[concept] == 1)];
    }
}
