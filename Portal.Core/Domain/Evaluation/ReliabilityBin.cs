namespace Portal.Core.Domain.Evaluation;

/// <param name="From">The bin's lower end.</param>
/// <param name="To">The bin's upper end.</param>
/// <param name="Count">At least 1.</param>
/// <param name="PresentShare">The part of the bin's labels that are present.</param>
public readonly record struct ReliabilityBin(double From, double To, int Count, double MeanScore, double PresentShare);
