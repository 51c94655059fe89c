using System.Diagnostics;
using System.Globalization;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Videos;

namespace Portal.Tests.Support;

/// <summary>
/// Videos for tests, made and read by the real ffmpeg. Without it these tests fail: videos are part of the portal.
/// </summary>
internal static class TestVideos
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<CoreHost> HostAsync(params (string, string)[] settings)
    {
        var host = await CoreHost.StartAsync(null, true, null, settings);
        Assert.True(
            host.Get<Ffmpeg>().IsThere,
            "The tests of videos need ffmpeg. On Debian or Ubuntu: apt-get install ffmpeg."
        );
        return host;
    }

    public static async Task<Video> AcceptVideoAsync(
        this CoreHost host,
        string path,
        string id,
        FrameSampling? frames = null
    ) => await host.AcceptVideoAsync(await File.ReadAllBytesAsync(path, Ct), id, frames);

    public static Task<Video> AcceptVideoAsync(
        this CoreHost host,
        byte[] bytes,
        string id,
        FrameSampling? frames = null
    ) =>
        host.Get<VideoService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput(id, id + ".mp4", Frames: frames),
                new MemoryStream(bytes),
                Ct
            );

    /// <summary>The video once taking its frames has ended, however it did.</summary>
    public static Task<VideoDetails> SampledAsync(this CoreHost host, string id) =>
        Wait.ForAsync(
            () => host.Get<VideoService>().GetDetailsAsync(host.App.Id, id, Ct),
            d => d.Video.SampledAt is not null
        );

    /// <summary>A video of plain colours, each held for so many seconds: a change of scene at each seam.</summary>
    public static Task<byte[]> OfColoursAsync(double seconds, params string[] colours) =>
        MakeAsync([
            .. colours.SelectMany(colour =>
                (string[])
                    [
                        "-f",
                        "lavfi",
                        "-i",
                        string.Create(CultureInfo.InvariantCulture, $"color={colour}:d={seconds}:r=10:s=160x120"),
                    ]
            ),
            "-filter_complex",
            $"concat=n={colours.Length}",
            "-pix_fmt",
            "yuv420p",
        ]);

    /// <param name="arguments">What ffmpeg reads, and how it writes it.</param>
    /// <param name="extension">Of the file, which says what it is written as.</param>
    public static async Task<byte[]> MakeAsync(IEnumerable<string> arguments, string extension = ".mp4")
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "video" + extension);
        await RunAsync([.. arguments, path]);
        return await File.ReadAllBytesAsync(path, Ct);
    }

    /// <summary>The first picture of what ffmpeg reads with these arguments, in grey, 64 × 48.</summary>
    public static Task<byte[]> PixelsAsync(params string[] source)
    {
        var filter = source.Contains("-vf") ? source[^1] + "," : "";
        return RunAsync([
            .. source.TakeWhile(a => a != "-vf"),
            "-vf",
            filter + "scale=64:48,format=gray",
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-",
        ]);
    }

    private static async Task<byte[]> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-nostdin", "-v", "quiet", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, Ct);
        await process.WaitForExitAsync(Ct);
        return output.ToArray();
    }
}
