using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Core.Errors;
using Portal.Core.Imaging;

namespace Portal.Core.Films;

/// <summary>
/// Reads films with ffprobe and ffmpeg, one process a question. What they may do is said for them: one file, one demuxer, a list of decoders, no other
/// protocol than that of local files, no references out of the film, and limits on memory and time.
/// </summary>
public sealed class Ffmpeg(IOptions<FilmLimits> limits, IOptions<ImageLimits> imageLimits) : IDisposable
{
    private const int MaxHeaderBytes = 64 * 1024;

    // Sound is never decoded; its decoders are opened all the same to read the header.
    private const string Decoders =
        "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mjpeg,aac,mp3,mp3float,opus,vorbis,ac3,eac3,flac,alac,pcm_s16le,pcm_s16be,pcm_s24le,pcm_u8,pcm_mulaw,pcm_alaw,mov_text,subrip";

    private readonly SemaphoreSlim _turns = new(2);

    /// <summary>Whether films can be read here at all.</summary>
    public bool IsThere => Find("ffmpeg") is not null && Find("ffprobe") is not null;

    /// <exception cref="PortalException">ffmpeg is not installed.</exception>
    public void Require()
    {
        if (!IsThere) throw Missing();
    }

    /// <exception cref="PortalException">The film is refused: it is damaged, or beyond a limit.</exception>
    public async Task<FilmHeader> ProbeAsync(string path, FilmType type, CancellationToken ct)
    {
        var answer = await RunAsync("ffprobe", [.. Source(path, type), "-select_streams", "v:0", "-show_entries", "stream=codec_name,width,height:format=duration", "-of", "json"], MaxHeaderBytes, ct);
        if (answer.Length == 0) throw Damaged();
        var header = Read(answer);
        if (header.DurationMs > limits.Value.MaxDuration.TotalMilliseconds)
            throw OverLimit($"lasts {TimeSpan.FromMilliseconds(header.DurationMs):h\\:mm\\:ss}; the limit is {limits.Value.MaxDuration:h\\:mm\\:ss}. Cut it, or raise {FilmLimits.Section}:{nameof(FilmLimits.MaxDuration)}.");
        if ((long)header.Width * header.Height > limits.Value.MaxPixels)
            throw OverLimit($"has {header.Width} × {header.Height} pixels a frame; the limit is {limits.Value.MaxPixels / 1e6:0.#} megapixels. Make it smaller, or raise {FilmLimits.Section}:{nameof(FilmLimits.MaxPixels)}.");
        return header;
    }

    /// <summary>The first frame that is shown at a time or after it, as JPEG; null where there is none that can be read.</summary>
    /// <exception cref="PortalException">The frame takes more than it may.</exception>
    public async Task<byte[]?> FrameAsync(string path, FilmType type, int timeMs, CancellationToken ct)
    {
        var picture = await RunAsync("ffmpeg",
        [
            "-nostdin", "-threads", "1", "-ss", Seconds(timeMs), .. Source(path, type),
            "-map", "0:v:0", "-frames:v", "1", "-threads", "1", "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "pipe:1",
        ], imageLimits.Value.MaxBytes, ct);
        return picture.Length > 0 ? picture : null;
    }

    public void Dispose() => _turns.Dispose();

    private static IEnumerable<string> Source(string path, FilmType type)
    {
        IEnumerable<string> options = ["-v", "quiet", "-protocol_whitelist", "file", "-format_whitelist", type.Demuxer, "-codec_whitelist", Decoders, "-f", type.Demuxer];
        if (type.Demuxer == "mov") options = [.. options, "-enable_drefs", "0", "-use_absolute_path", "0"];
        return [.. options, "-i", "file:" + Path.GetFullPath(path)];
    }

    private async Task<byte[]> RunAsync(string program, IReadOnlyList<string> arguments, long maxOutput, CancellationToken ct)
    {
        var file = Find(program) ?? throw Missing();
        await _turns.WaitAsync(ct);
        try
        {
            return await BoundedProcess.RunAsync(file, arguments, maxOutput, limits.Value.MaxDecodeTime, limits.Value.MaxDecodeMemory, ct);
        }
        catch (TimeoutException)
        {
            throw OverLimit($"made ffmpeg take longer than {limits.Value.MaxDecodeTime.TotalSeconds:0.###} s, so it was ended. Save the film again in another program, or raise {FilmLimits.Section}:{nameof(FilmLimits.MaxDecodeTime)}.");
        }
        catch (InvalidDataException)
        {
            throw OverLimit($"made ffmpeg answer more than {maxOutput / 1e6:0.#} MB, so it was ended. Save the film again in another program.");
        }
        finally
        {
            _turns.Release();
        }
    }

    private static FilmHeader Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0) throw Damaged();
            var stream = streams[0];
            var codec = stream.TryGetProperty("codec_name", out var name) ? name.GetString()! : throw Damaged();
            if (!document.RootElement.GetProperty("format").TryGetProperty("duration", out var text)
                || !double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !(seconds > 0) || seconds > 1e6)
                throw new PortalException(StatusCode.InputBadBytes, "The film does not say how long it is. Save it again, for example with 'ffmpeg -i film -c copy film.mp4'.");
            var (width, height) = (stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32());
            return width > 0 && height > 0 ? new FilmHeader((int)Math.Ceiling(seconds * 1000), width, height, codec) : throw Damaged();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(e);
        }
    }

    private string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        var folders = limits.Value.ProgramFolder.Length > 0 ? [limits.Value.ProgramFolder] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static string Seconds(int timeMs) => (timeMs / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    internal static PortalException Damaged(Exception? inner = null) => new(StatusCode.InputBadBytes,
        "No picture of the film could be read: it is damaged, or made with a codec the portal does not read. Save it as MP4 with H.264.", inner: inner);

    private static PortalException OverLimit(FormattableString what) => new(StatusCode.InputOverLimit, $"The film {FormattableString.Invariant(what)}");

    private static PortalException Missing() => new(StatusCode.InputUnsupportedFormat,
        "Films are read with ffmpeg, which is not installed where the portal runs. On Debian or Ubuntu: sudo apt-get install ffmpeg. Elsewhere, set Films:ProgramFolder to the folder that holds ffmpeg and ffprobe.");
}
