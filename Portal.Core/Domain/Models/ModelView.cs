using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Models;

/// <summary>A model with its versions, newest first.</summary>
public sealed record ModelView(Model Model, OutputInfo Output, IReadOnlyList<ModelVersionView> Versions)
{
    /// <summary>The newest version that can run, or null.</summary>
    public ModelVersionView? LatestTrained => Versions.FirstOrDefault(v => v.Status == StatusCode.ModelTrained);

    public ModelVersionView? Latest => Versions.Count > 0 ? Versions[0] : null;
}

/// <summary>A model version without its trained numbers.</summary>
public sealed record ModelVersionView(
    long Id,
    string ExternalId,
    int Number,
    StatusCode Status,
    string? StatusDetail,
    OutputInfo Output,
    TrainingSummary? Summary,
    DateTime CreatedAt,
    DateTime? TrainedAt,
    long? EmbedderId = null
);
