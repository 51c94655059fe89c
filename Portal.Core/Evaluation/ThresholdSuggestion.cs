namespace Portal.Core.Evaluation;

/// <summary>A band for one concept and what stands behind it.</summary>
/// <param name="Yield">What the band does with the scores that were given.</param>
public sealed record ThresholdSuggestion(HighThreshold High, LowThreshold Low, ThresholdYield Yield)
{
    /// <summary>The high end of the band: 1, so that nothing is accepted, when nothing can be promised.</summary>
    public double BandHigh => High.Threshold ?? 1;

    /// <summary>The low end of the band: 0, so that nothing is dropped, when nothing can be promised. Never above the high end.</summary>
    public double BandLow => Math.Min(Low.Threshold ?? 0, BandHigh);
}
