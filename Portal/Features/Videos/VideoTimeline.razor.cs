using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;

namespace Portal.Features.Videos;

public sealed partial class VideoTimeline
{
    [Parameter, EditorRequired]
    public VideoDetails Details { get; set; } = null!;

    /// <summary>The frame at hand, which is marked; null where there is none.</summary>
    [Parameter]
    public Input? At { get; set; }

    /// <summary>
    /// Address of a frame's page, to which its marks lead; without it they lead the player to the frame's time.
    /// </summary>
    [Parameter]
    public Func<Input, string>? FrameHref { get; set; }

    private Video Video => Details.Video;

    /// <summary>A mark goes from its frame on for as long as no other could say otherwise.</summary>
    private string Place(int start)
    {
        var end = Video.StepMs is { } step
            ? start + step
            : Details.Frames.FirstOrDefault(f => f.TimeMs > start)?.TimeMs ?? Video.DurationMs;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"left:{Share(start):0.###}%;width:{Share(Math.Min(end, Video.DurationMs) - start):0.###}%"
        );
    }

    /// <summary>The words for a time stand at it, and within the scale.</summary>
    private string WordsPlace(int ms) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"left:{Share(ms):0.###}%;transform:translateX(-{Share(ms):0.###}%)"
        );

    private double Share(int ms) => 100.0 * ms / Video.DurationMs;

    private static string Words(VideoMark mark)
    {
        var score = mark.Score is { } value ? string.Create(CultureInfo.CurrentCulture, $", score {value:0.00}") : "";
        return $"{VideoFormatter.Time(mark.Frame.TimeMs)}, {(mark.Waits ? "pending" : "success")}{score}";
    }

    private static string Figures(VideoTag tag)
    {
        var frames = VideoFormatter.Frames(tag.Marks.Count);
        return tag.BestScore is { } best
            ? string.Create(CultureInfo.CurrentCulture, $"{frames}, best {best:0.00}")
            : frames;
    }
}
