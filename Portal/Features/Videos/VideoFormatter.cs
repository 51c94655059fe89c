using System.Globalization;
using Portal.Core.Domain.Videos;

namespace Portal.Features.Videos;

/// <summary>Videos and their times, for people.</summary>
internal static class VideoFormatter
{
    public static string Name(Video video) => video.FileName.Length > 0 ? video.FileName : video.ExternalId;

    /// <summary>Minutes and seconds, as in <c>1:05</c>, with tenths where there are any: <c>1:05.5</c>.</summary>
    public static string Time(int ms)
    {
        var tenths = ms / 100;
        var text = string.Create(CultureInfo.InvariantCulture, $"{tenths / 600}:{tenths / 10 % 60:00}");
        return tenths % 10 == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}.{tenths % 10}");
    }

    /// <summary>As in <c>second</c> or <c>2.5 s</c>, to stand behind "every".</summary>
    public static string Seconds(int ms) =>
        ms == 1000 ? "second" : string.Create(CultureInfo.CurrentCulture, $"{ms / 1000m:0.##} s");

    public static string Frames(int count) =>
        count == 1 ? "1 frame" : string.Create(CultureInfo.CurrentCulture, $"{count:N0} frames");

    /// <summary>How far a video is whose frames are still being taken.</summary>
    public static string Taken(Video video, int frames) =>
        video.FrameCount is { } all
            ? string.Create(CultureInfo.CurrentCulture, $"{frames:N0} of {Frames(all)} taken")
            : "no frames yet";
}
