namespace Portal.Core.Domain.Evaluation;

/// <summary>The rows that show one concept and were taken for another, or for the same.</summary>
/// <param name="Actual">The index of the concept that is present.</param>
/// <param name="Predicted">The index of the concept with the highest score.</param>
/// <param name="Rows">Ascending.</param>
public sealed record ConfusionCell(int Actual, int Predicted, IReadOnlyList<int> Rows);
