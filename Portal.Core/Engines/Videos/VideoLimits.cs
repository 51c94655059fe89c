using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Videos;

/// <summary>What a video may be and cost. Configuration section <c>Videos</c>.</summary>
public sealed record VideoLimits
{
    public const string Section = "Videos";

    /// <summary>The folder of ffmpeg and ffprobe; empty: wherever the system finds them.</summary>
    public string ProgramFolder { get; init; } = "";

    /// <summary>Largest file, in bytes.</summary>
    public long MaxBytes { get; init; } = 128_000_000;

    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Largest width × height of a frame.</summary>
    public long MaxPixels { get; init; } = 10_000_000;

    /// <summary>Inputs made of one video at most; of a long video, frames are taken further apart.</summary>
    public int MaxFrames { get; init; } = 200;

    /// <summary>Time between two frames that become inputs, where an upload does not say.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for reading a video's header, or for one frame.</summary>
    public TimeSpan MaxDecodeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for finding a video's changes of scene, for which all of it is decoded.</summary>
    public TimeSpan MaxSceneTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of writable memory that one ffmpeg process may take, on Linux.</summary>
    public long MaxDecodeMemory { get; init; } = 1_500_000_000;

    public SizeLimit Size => new(MaxBytes, "video", $"{Section}:{nameof(MaxBytes)}");

    /// <summary>
    /// Milliseconds between the frames of a video that lasts so many milliseconds, so that there are not too many.
    /// </summary>
    public int StepOf(int wantedMs, int durationMs) => Math.Max(wantedMs, (durationMs + MaxFrames - 1) / MaxFrames);

    /// <summary>
    /// Every setting that is out of range, one sentence each, naming its key; empty when all are well.
    /// </summary>
    public IEnumerable<string> Errors()
    {
        if (MaxBytes is < 1 or > 2_000_000_000)
        {
            yield return $"{Section}:{nameof(MaxBytes)} is {MaxBytes}; it must lie between 1 and 2000000000.";
        }

        if (MaxDuration <= TimeSpan.Zero || MaxDuration > TimeSpan.FromHours(24))
        {
            yield return $"{Section}:{nameof(MaxDuration)} is {MaxDuration}; it must be positive and at most a day.";
        }

        if (MaxPixels is < 1 or > 100_000_000)
        {
            yield return $"{Section}:{nameof(MaxPixels)} is {MaxPixels}; it must lie between 1 and 100000000.";
        }

        if (MaxFrames is < 1 or > 10_000)
        {
            yield return $"{Section}:{nameof(MaxFrames)} is {MaxFrames}; it must lie between 1 and 10000.";
        }

        if (SampleEvery < TimeSpan.FromMilliseconds(10) || SampleEvery > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(SampleEvery)} is {SampleEvery}; it must lie between 10 ms and an hour.";
        }

        if (MaxDecodeTime < TimeSpan.FromSeconds(1) || MaxDecodeTime > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(MaxDecodeTime)} is {MaxDecodeTime}; it must lie between one second and "
                + $"one hour.";
        }

        if (MaxSceneTime < TimeSpan.FromSeconds(1) || MaxSceneTime > TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(MaxSceneTime)} is {MaxSceneTime}; it must lie between one second and "
                + $"one day.";
        }

        if (MaxDecodeMemory < 64_000_000)
        {
            yield return $"{Section}:{nameof(MaxDecodeMemory)} is {MaxDecodeMemory}; it must be at least 64000000.";
        }
    }
}
