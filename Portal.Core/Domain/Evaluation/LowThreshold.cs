namespace Portal.Core.Domain.Evaluation;

/// <param name="Threshold">What scores less can be dropped; null when the labels are too few to guarantee anything, so
/// that nothing can.</param>
/// <param name="MoreLabels">When there is no threshold: how many more labels of inputs that show the concept give
/// one.</param>
public sealed record LowThreshold(double? Threshold, int? MoreLabels);
