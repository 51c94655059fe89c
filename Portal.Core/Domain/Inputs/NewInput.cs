using System.Text.Json.Nodes;
using Portal.Core.Domain.Videos;

namespace Portal.Core.Domain.Inputs;

/// <summary>What comes with an image's bytes.</summary>
/// <param name="Id">The user's own id, or null for a new one.</param>
/// <param name="FileName">For people to read; never a path.</param>
/// <param name="Labels">✓ or ✗ per concept id of the app, the uploader's own.</param>
/// <param name="SkipDuplicate">Refuse an image whose very bytes are in the app already.</param>
/// <param name="Frames">Which frames to take, where it is a video; null: as the portal is set.</param>
/// <param name="Frame">Where in which video the picture comes from; null for a picture of its own.</param>
public sealed record NewInput(
    string? Id = null,
    string FileName = "",
    string? SourceUrl = null,
    JsonObject? Metadata = null,
    IReadOnlyList<InputLabel>? Labels = null,
    bool SkipDuplicate = false,
    FrameSampling? Frames = null,
    VideoFrame? Frame = null
);

/// <summary>✓ (true) or ✗ (false) for one concept, by its id.</summary>
public sealed record InputLabel(string ConceptId, bool Value);
