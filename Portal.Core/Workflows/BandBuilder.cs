namespace Portal.Core.Workflows;

/// <summary>"Auto-annotate with this model": describes the workflow that writes what is sure, queues the middle band and drops the rest.</summary>
public static class BandBuilder
{
    public static IReadOnlyList<BandNode> Build(string classifierName, IReadOnlyList<BandThresholds> thresholds, string userId) =>
        throw new NotImplementedException();
}
