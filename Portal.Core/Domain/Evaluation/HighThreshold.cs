namespace Portal.Core.Domain.Evaluation;

/// <param name="Threshold">What scores greater can be accepted; null when the labels are too few, or too many are
/// wrong, to guarantee anything.</param>
/// <param name="Accepted">Labels with a greater score.</param>
/// <param name="Wrong">Those of them that are wrong.</param>
/// <param name="MoreLabels">
/// When there is no threshold: about how many more labels might give one, if they turn out as those at hand. Null when
/// there is one, and when more labels of this kind would not help: the classifier is wrong too often even where it is
/// surest.
/// </param>
public sealed record HighThreshold(double? Threshold, int Accepted, int Wrong, int? MoreLabels);
