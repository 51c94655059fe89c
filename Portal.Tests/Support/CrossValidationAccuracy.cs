using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;

namespace Portal.Tests.Support;

internal static class CrossValidationAccuracy
{
    /// <summary>
    /// The part of the rows whose highest score belongs to a concept that is present, of the rows where one is; 0 to 1.
    /// </summary>
    public static double Accuracy(this CrossValidationResult result, TrainingSet set)
    {
        var concepts = set.ConceptIds.Count;
        return Enumerable
            .Range(0, set.Count)
            .Where(row => set.LabelsOf(row).Contains((sbyte)1))
            .Average(row =>
            {
                var scores = result.Scores.AsSpan(row * concepts, concepts).ToArray();
                return set.LabelsOf(row)[Array.IndexOf(scores, scores.Max())] == 1 ? 1.0 : 0;
            });
    }
}
