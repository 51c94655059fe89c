using System.Globalization;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Videos;

/// <summary>Which frames of a video become inputs.</summary>
/// <param name="EveryMs">Milliseconds between two of them; null: the first frame, and the first after each change of
/// scene.</param>
public readonly record struct FrameSampling(int? EveryMs)
{
    private const string ScenesWord = "scenes";
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    public static readonly FrameSampling Scenes = new(null);

    /// <summary>Reads <c>scenes</c>, or a number of seconds such as <c>2.5</c>.</summary>
    /// <exception cref="PortalException">It is neither, or the seconds are fewer than 0.01 or more than an
    /// hour.</exception>
    public static FrameSampling Parse(string text)
    {
        if (text == ScenesWord)
        {
            return Scenes;
        }

        if (
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= Least.TotalSeconds
            && seconds <= Most.TotalSeconds
        )
        {
            return new FrameSampling((int)Math.Round(seconds * 1000));
        }

        throw new PortalException(
            StatusCode.InputInvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{Text.Shown(text)}' does not say which frames to take. Give seconds from {Least.TotalSeconds} to "
                    + $"{Most.TotalSeconds}, or \"{ScenesWord}\"."
            ),
            "frames"
        );
    }

    public override string ToString() =>
        EveryMs is { } ms ? (ms / 1000m).ToString("0.###", CultureInfo.InvariantCulture) : ScenesWord;
}
