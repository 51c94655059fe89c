namespace Portal.Core.Domain.Evaluation;

/// <summary>Whether scores can be read as chances: of what scores about 0.8, about 80 % should be present.</summary>
/// <param name="Bins">The bins that are not empty, lowest scores first.</param>
public sealed record ReliabilityCurve(IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>
    /// Expected calibration error: the mean distance, weighted by count, between a bin's mean score and the part of it
    /// that is present (Naeini, Cooper and Hauskrecht, 2015). 0 to 1; NaN without labels.
    /// </summary>
    public double ExpectedCalibrationError =>
        Bins.Sum(bin => bin.Count * Math.Abs(bin.MeanScore - bin.PresentShare)) / Bins.Sum(bin => bin.Count);

    /// <param name="bins">Bins of equal width from 0 to 1; a bin holds its lower end, the last one also 1.</param>
    public static ReliabilityCurve Of(IEnumerable<ScoredLabel> labels, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        return new ReliabilityCurve([
            .. labels
                .GroupBy(label => Math.Min((int)(label.Score * bins), bins - 1))
                .OrderBy(bin => bin.Key)
                .Select(bin => new ReliabilityBin(
                    (double)bin.Key / bins,
                    (bin.Key + 1.0) / bins,
                    bin.Count(),
                    bin.Average(label => label.Score),
                    bin.Average(label => label.IsPresent ? 1.0 : 0.0)
                )),
        ]);
    }
}
