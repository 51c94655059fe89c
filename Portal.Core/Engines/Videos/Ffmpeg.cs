using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Images;

namespace Portal.Core.Engines.Videos;

/// <summary>
/// Reads videos with ffprobe and ffmpeg, one process a question. What they may do is said for them: one file, one
/// demuxer, a list of decoders, no other protocol than that of local files, no references out of the video, and limits
/// on memory and time.
/// </summary>
public sealed class Ffmpeg(IOptions<VideoLimits> limits, IOptions<ImageLimits> imageLimits) : IDisposable
{
    private const int MaxHeaderBytes = 64 * 1024;

    // About 70 bytes a change; a video that changes with every frame is no reason to read without end.
    private const int MaxSceneBytes = 16 * 1024 * 1024;

    // What ffmpeg's own documentation calls a likely change of scene, on its scale from 0 to 1.
    private const string SceneThreshold = "0.3";

    // Sound is never decoded; its decoders are opened all the same to read the header.
    private const string Decoders =
        "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mjpeg,aac,mp3,mp3float,opus,vorbis,ac3,eac3,flac,alac,pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,mov_text,subrip";

    /// <summary>What to do where videos cannot be read.</summary>
    public const string MissingText =
        "Videos need ffmpeg where the portal runs. On Debian or Ubuntu: sudo apt-get install ffmpeg. Elsewhere, set "
        + "Videos:ProgramFolder to the folder of ffmpeg and ffprobe.";

    private readonly SemaphoreSlim _slots = new(2);

    /// <summary>Whether videos can be read here at all.</summary>
    public bool IsThere => Find("ffmpeg") is not null && Find("ffprobe") is not null;

    /// <exception cref="PortalException">ffmpeg is not installed.</exception>
    public void Require()
    {
        if (!IsThere)
        {
            throw Missing();
        }
    }

    /// <exception cref="PortalException">The video is refused: it is damaged, or beyond a limit.</exception>
    public async Task<VideoHeader> ProbeAsync(string path, VideoType type, CancellationToken ct)
    {
        var answer = await RunAsync(
            "ffprobe",
            [
                .. Source(path, type),
                "-select_streams",
                "V:0",
                "-show_entries",
                "stream=codec_name,width,height:format=duration",
                "-of",
                "json",
            ],
            MaxHeaderBytes,
            Decoding,
            ct
        );
        if (answer.Length == 0)
        {
            throw Damaged();
        }

        var header = Read(answer);
        if (header.DurationMs > limits.Value.MaxDuration.TotalMilliseconds)
        {
            throw OverLimit(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"lasts {Length(TimeSpan.FromMilliseconds(header.DurationMs))}; the limit is "
                        + $"{Length(limits.Value.MaxDuration)}. Cut it, or raise "
                        + $"{VideoLimits.Section}:{nameof(VideoLimits.MaxDuration)}."
                )
            );
        }

        if ((long)header.Width * header.Height > limits.Value.MaxPixels)
        {
            throw OverLimit(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {header.Width} × {header.Height} pixels a frame; the limit is "
                        + $"{limits.Value.MaxPixels / 1e6:0.#} megapixels. Make it smaller, or raise "
                        + $"{VideoLimits.Section}:{nameof(VideoLimits.MaxPixels)}."
                )
            );
        }

        return header;
    }

    /// <summary>
    /// The first frame that is shown at a time or after it, as JPEG; null where there is none that can be read.
    /// </summary>
    /// <exception cref="PortalException">The frame takes more than it may.</exception>
    public async Task<byte[]?> FrameAsync(string path, VideoType type, int timeMs, CancellationToken ct)
    {
        var picture = await RunAsync(
            "ffmpeg",
            [
                "-ss",
                Seconds(timeMs),
                .. Decoded(path, type),
                "-frames:v",
                "1",
                "-threads",
                "1",
                "-c:v",
                "mjpeg",
                "-q:v",
                "2",
                "-pix_fmt",
                "yuvj420p",
                "-f",
                "image2pipe",
                "pipe:1",
            ],
            imageLimits.Value.MaxBytes,
            Decoding,
            ct
        );
        return picture.Length > 0 ? picture : null;
    }

    /// <summary>Decodes the whole video for the frames that look unlike the one before, in order of time.</summary>
    /// <exception cref="PortalException">That takes more than it may.</exception>
    public async Task<IReadOnlyList<SceneChange>> SceneChangesAsync(string path, VideoType type, CancellationToken ct)
    {
        var lines = await RunAsync(
            "ffmpeg",
            [
                .. Decoded(path, type),
                "-vf",
                $"scale=320:-2,select='gt(scene,{SceneThreshold})',metadata=print:file=-",
                "-f",
                "null",
                "-",
            ],
            MaxSceneBytes,
            new TimeLimit(limits.Value.MaxSceneTime, nameof(VideoLimits.MaxSceneTime)),
            ct
        );
        return Scenes(Encoding.ASCII.GetString(lines));
    }

    public void Dispose() => _slots.Dispose();

    private readonly record struct TimeLimit(TimeSpan Most, string Setting);

    private TimeLimit Decoding => new(limits.Value.MaxDecodeTime, nameof(VideoLimits.MaxDecodeTime));

    private static IEnumerable<string> Source(string path, VideoType type)
    {
        IEnumerable<string> options =
        [
            "-v",
            "quiet",
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            type.Demuxer,
            "-codec_whitelist",
            Decoders,
            "-f",
            type.Demuxer,
        ];
        if (type.Demuxer == "mov")
        {
            options = [.. options, "-enable_drefs", "0", "-use_absolute_path", "0"];
        }

        return [.. options, "-i", "file:" + Path.GetFullPath(path)];
    }

    /// <summary>The pictures of the video's first track of them; a cover is none.</summary>
    private IEnumerable<string> Decoded(string path, VideoType type) =>
        [
            "-nostdin",
            "-threads",
            "1",
            "-max_pixels",
            limits.Value.MaxPixels.ToString(CultureInfo.InvariantCulture),
            .. Source(path, type),
            "-map",
            "0:V:0",
        ];

    private async Task<byte[]> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        long maxOutput,
        TimeLimit time,
        CancellationToken ct
    )
    {
        var file = Find(program) ?? throw Missing();
        await _slots.WaitAsync(ct);
        try
        {
            return await BoundedProcess.RunAsync(
                file,
                arguments,
                maxOutput,
                time.Most,
                limits.Value.MaxDecodeMemory,
                ct
            );
        }
        catch (TimeoutException)
        {
            throw OverLimit(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"made ffmpeg take longer than {time.Most.TotalSeconds:0.###} s, so it was ended. Save the video "
                        + $"again in another program, or raise {VideoLimits.Section}:{time.Setting}."
                )
            );
        }
        catch (InvalidDataException)
        {
            throw OverLimit(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"made ffmpeg answer more than {maxOutput / 1e6:0.#} MB, so it was ended. Save the video again in "
                        + $"another program."
                )
            );
        }
        finally
        {
            _slots.Release();
        }
    }

    private static VideoHeader Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
            {
                throw Damaged();
            }

            var stream = streams[0];
            var codec = stream.TryGetProperty("codec_name", out var name) ? name.GetString()! : throw Damaged();
            if (
                !document.RootElement.GetProperty("format").TryGetProperty("duration", out var text)
                || !double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                || !(seconds > 0)
                || seconds > 1e6
            )
            {
                throw new PortalException(
                    StatusCode.InputBadBytes,
                    "The video does not say how long it is. Save it again, for example with 'ffmpeg -i video -c copy "
                        + "video.mp4'."
                );
            }

            var (width, height) = (stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32());
            return width > 0 && height > 0
                ? new VideoHeader((int)Math.Ceiling(seconds * 1000), width, height, codec)
                : throw Damaged();
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Two lines a change: its time in seconds, then its score.</summary>
    private static List<SceneChange> Scenes(string lines)
    {
        var changes = new List<SceneChange>();
        int? timeMs = null;
        foreach (var line in lines.Split('\n'))
        {
            if (Number(line, "pts_time:") is { } seconds)
            {
                timeMs = seconds is >= 0 and < 1e6 ? (int)(seconds * 1000) : null;
            }
            else if (Number(line, "lavfi.scene_score=") is { } score && timeMs is { } at)
            {
                changes.Add(new SceneChange(at, score));
            }
        }
        return changes;

        static double? Number(string line, string after)
        {
            var at = line.IndexOf(after, StringComparison.Ordinal);
            return
                at >= 0
                && double.TryParse(
                    line.AsSpan(at + after.Length),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                ? number
                : null;
        }
    }

    private string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        var folders =
            limits.Value.ProgramFolder.Length > 0
                ? [limits.Value.ProgramFolder]
                : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
                    Path.PathSeparator,
                    StringSplitOptions.RemoveEmptyEntries
                );
        return folders.Select(folder => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static string Length(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}");

    private static string Seconds(int timeMs) => (timeMs / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    internal static PortalException Damaged(Exception? inner = null) =>
        new(
            StatusCode.InputBadBytes,
            "No picture of it can be read: it is damaged, or has an unknown codec. Save it as MP4 with H.264.",
            inner: inner
        );

    private static PortalException OverLimit(string what) => new(StatusCode.InputOverLimit, $"The video {what}");

    private static PortalException Missing() => new(StatusCode.InputUnsupportedFormat, MissingText);
}
