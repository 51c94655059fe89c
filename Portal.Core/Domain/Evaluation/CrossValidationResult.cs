namespace Portal.Core.Domain.Evaluation;

/// <summary>Scores of every row by a classifier that did not see the row.</summary>
/// <param name="Scores">Rows × concepts, row by row.</param>
/// <param name="Folds">The fold of each row.</param>
public sealed record CrossValidationResult(double[] Scores, int[] Folds);
