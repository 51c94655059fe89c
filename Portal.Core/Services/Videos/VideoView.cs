using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Videos;

/// <summary>A video in a list.</summary>
/// <param name="Frames">Its frames that are inputs now.</param>
/// <param name="First">The earliest of them, which stands for the video; null where there is none.</param>
public sealed record VideoView(Video Video, int Frames, Input? First);

/// <summary>A frame that is an input, with what is said of it.</summary>
public sealed record FrameView(Input Input, IReadOnlyList<AnnotationView> Annotations)
{
    /// <summary>Milliseconds from the video's beginning.</summary>
    public int TimeMs => Input.VideoTimeMs!.Value;
}

/// <summary>A video with its frames, in order of time.</summary>
public sealed record VideoDetails(Video Video, IReadOnlyList<FrameView> Frames)
{
    /// <summary>What the video holds, as its frames say: those in most frames first.</summary>
    public IReadOnlyList<VideoTag> Tags { get; } = VideoTag.Of(Frames);
}
