using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Errors;
using Portal.Core.Films;
using Portal.Core.Inputs;
using Portal.Core.Jobs;
using Portal.Core.Storage;
using Portal.Tests.Support;

namespace Portal.Tests.Films;

/// <summary>Films through the real ffmpeg.</summary>
public sealed class FilmTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_frame_is_an_input_with_the_content_of_its_time()
    {
        await using var host = await StartAsync(("Films:SampleEvery", "00:00:05"));
        var path = SharedData.Require("video", "vtest_20s.mp4");

        var film = await AcceptAsync(host, path, "walk");
        var frames = await SampledAsync(host, film);

        Assert.Equal([0, 5000, 10000, 15000], frames.Select(f => f.TimeMs));
        Assert.Equal(["walk-0000000", "walk-0005000", "walk-0010000", "walk-0015000"], frames.Select(f => f.Input.ExternalId));
        Assert.All(frames, f => Assert.Equal((768, 576), (f.Input.Width, f.Input.Height)));
        // Ten frames a second: the frame at 10 s is the hundred-and-first, found by its number and not by seeking.
        var expected = await PixelsAsync("-i", path, "-vf", "select=eq(n\\,100)");
        var other = await PixelsAsync("-i", path, "-vf", "select=eq(n\\,110)");
        var taken = await PixelsAsync("-i", host.Get<BlobStore>().PathOf(frames[2].Input.ContentHash));
        Assert.True(Difference(expected, taken) < 3, $"differs by {Difference(expected, taken):0.0} grey levels");
        Assert.True(Difference(other, taken) > 2 * Difference(expected, taken), "a frame one second later is as near");
    }

    [Fact]
    public async Task A_long_film_gives_no_more_frames_than_allowed()
    {
        await using var host = await StartAsync(("Films:MaxFrames", "3"));

        var film = await AcceptAsync(host, SharedData.Require("video", "vtest_10s.webm"), "short");

        Assert.Equal("video/webm", film.MediaType);
        Assert.Equal(3, (await SampledAsync(host, film)).Count);
    }

    [Theory]
    [InlineData("Films:MaxDuration", "00:00:05", "lasts 0:00:20")]
    [InlineData("Films:MaxPixels", "1000", "768 × 576 pixels")]
    [InlineData("Films:MaxBytes", "5000", "the limit for one film")]
    public async Task A_film_beyond_a_limit_is_refused_and_the_limit_named(string setting, string value, string words)
    {
        await using var host = await StartAsync((setting, value));

        var refusal = await Assert.ThrowsAsync<PortalException>(() => AcceptAsync(host, SharedData.Require("video", "vtest_20s.mp4"), "long"));

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(setting, refusal.Message, StringComparison.Ordinal);
        await using var db = host.Db();
        Assert.False(await db.Films.AnyAsync(Ct));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(host.Root, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("This is no film.")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile '/etc/passwd'\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>")]
    public async Task A_list_that_names_other_files_is_no_film(string text)
    {
        await using var host = await StartAsync();

        var refusal = await Assert.ThrowsAsync<PortalException>(() => AcceptAsync(host, Encoding.ASCII.GetBytes(text), "list"));

        Assert.Equal(StatusCode.InputUnsupportedFormat, refusal.Code);
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0isom3gp4")]
    [InlineData("\u001aE\u00df\u00a3webm")]
    [InlineData("RIFF\0\0\0\0AVI ")]
    public async Task A_playlist_behind_the_first_bytes_of_a_film_leads_nowhere(string head)
    {
        await using var host = await StartAsync();
        var marker = Path.Combine(host.Root, "secret.mp4");
        File.Copy(SharedData.Require("video", "imageio_realshort.mp4"), marker);

        var refusal = await Assert.ThrowsAsync<PortalException>(() => AcceptAsync(host, Encoding.Latin1.GetBytes($"{head}\n#EXTM3U\n#EXTINF:1,\nfile://{marker}\nffconcat version 1.0\nfile '{marker}'\n"), "list"));

        Assert.Equal(StatusCode.InputBadBytes, refusal.Code);
    }

    [Fact]
    public async Task A_playlist_is_not_followed_by_ffmpeg_either_once_it_is_taken_for_a_film()
    {
        await using var host = await StartAsync();
        var film = Path.Combine(host.Root, "real.mp4");
        File.Copy(SharedData.Require("video", "vtest_20s.mp4"), film);
        var list = Path.Combine(host.Root, "list");
        await File.WriteAllTextAsync(list, $"ffconcat version 1.0\nfile '{film}'\n", Ct);
        // Alone, ffmpeg would follow it.
        Assert.NotEmpty(await PixelsAsync("-safe", "0", "-f", "concat", "-i", list));

        Assert.Null(await host.Get<Ffmpeg>().FrameAsync(list, FilmType.Of("video/mp4"), 0, Ct));
        Assert.Null(await host.Get<Ffmpeg>().FrameAsync(list, new FilmType("video/mp4", "matroska"), 0, Ct));
    }

    [Fact]
    public async Task Of_a_film_that_was_cut_short_the_frames_that_are_there_are_taken()
    {
        await using var host = await StartAsync(("Films:SampleEvery", "00:00:02"));
        var bytes = await File.ReadAllBytesAsync(SharedData.Require("video", "vtest_10s.webm"), Ct);

        var film = await AcceptAsync(host, bytes[..(bytes.Length / 2)], "half");
        var frames = await SampledAsync(host, film);

        Assert.InRange(frames.Count, 1, film.FrameCount - 1);
        Assert.Contains("could not be read", (await host.Get<FilmService>().GetAsync(host.App.Id, "half", Ct)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_takes_only_the_frames_that_are_missing()
    {
        await using var host = await StartAsync(("Films:SampleEvery", "00:00:05"));
        var film = await AcceptAsync(host, SharedData.Require("video", "vtest_20s.mp4"), "walk");
        var before = (await SampledAsync(host, film)).Select(f => (f.Input.Id, f.Input.ExternalId)).ToList();
        await using (var db = host.Db())
        {
            // As if the portal had been killed after the second frame; the fourth was deleted by a person.
            await db.Inputs.Where(i => i.ExternalId == "walk-0010000").ExecuteDeleteAsync(Ct);
        }
        await host.Get<InputService>().DeleteAsync(host.App.Id, "walk-0015000", Ct);

        var handler = host.Get<IEnumerable<IJobHandler>>().Single(h => h.Kind == FilmJob.JobKind);
        await using (var db = host.Db()) await handler.RunAsync(await db.Jobs.SingleAsync(j => j.Kind == FilmJob.JobKind, Ct), new JobProgress(), Ct);

        var after = (await host.Get<FilmService>().DetailsAsync(host.App.Id, "walk", Ct)).Frames.Select(f => (f.Input.Id, f.Input.ExternalId)).ToList();
        Assert.Equal(["walk-0000000", "walk-0005000", "walk-0010000"], after.Select(f => f.ExternalId));
        Assert.Equal(before.Take(2), after.Take(2));
    }

    [Fact]
    public async Task A_deleted_film_takes_its_frames_with_it_and_brings_them_back()
    {
        await using var host = await StartAsync(("Films:SampleEvery", "00:00:10"));
        var films = host.Get<FilmService>();
        var film = await AcceptAsync(host, SharedData.Require("video", "vtest_20s.mp4"), "walk");
        await SampledAsync(host, film);
        await host.Get<InputService>().DeleteAsync(host.App.Id, "walk-0010000", Ct);
        var own = await host.AcceptAsync(1);

        await films.DeleteAsync(host.App.Id, "walk", Ct);

        var visible = await host.Get<InputQueries>().FindAsync(host.App.Id, new InputFilter(), Ct);
        Assert.Equal([own.Id], visible.Keys(0, visible.Count));
        Assert.Empty(await films.ListAsync(host.App.Id, Ct));
        await films.RestoreAsync(host.App.Id, film.Id, Ct);
        // What was deleted before the film stays deleted.
        Assert.Equal(["walk-0000000"], (await films.DetailsAsync(host.App.Id, "walk", Ct)).Frames.Select(f => f.Input.ExternalId));
        Assert.Equal(1, await host.Get<InputQueries>().CountAsync(host.App.Id, new InputFilter { FilmId = film.Id }, Ct));
    }

    [Fact]
    public async Task Without_ffmpeg_a_film_is_refused_with_the_command_that_installs_it()
    {
        using var empty = new TemporaryFolder();
        await using var host = await CoreHost.StartAsync(null, true, null, ("Films:ProgramFolder", empty.Path));

        var refusal = await Assert.ThrowsAsync<PortalException>(() => AcceptAsync(host, "\0\0\0\u0018ftypisom"u8.ToArray(), "film"));

        Assert.Contains("apt-get install ffmpeg", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<CoreHost> StartAsync(params (string, string)[] settings)
    {
        var host = await CoreHost.StartAsync(null, true, null, settings);
        if (host.Get<Ffmpeg>().IsThere) return host;
        await host.DisposeAsync();
        Assert.Skip("ffmpeg is not installed.");
        return host;
    }

    private static async Task<Film> AcceptAsync(CoreHost host, string path, string id) => await AcceptAsync(host, await File.ReadAllBytesAsync(path, Ct), id);

    private static Task<Film> AcceptAsync(CoreHost host, byte[] bytes, string id) =>
        host.Get<FilmService>().AcceptAsync(host.App.Id, host.User.Id, new NewInput(id, id + ".mp4"), new MemoryStream(bytes), Ct);

    private static async Task<IReadOnlyList<FrameView>> SampledAsync(CoreHost host, Film film) =>
        (await Wait.ForAsync(() => host.Get<FilmService>().DetailsAsync(host.App.Id, film.ExternalId, Ct), d => d.Film.SampledAt is not null)).Frames;

    /// <summary>The first picture of what ffmpeg reads with these arguments, in grey, 64 × 48.</summary>
    private static async Task<byte[]> PixelsAsync(params string[] source)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardOutput = true };
        var filter = source.Contains("-vf") ? source[^1] + "," : "";
        foreach (var argument in (string[])["-nostdin", "-v", "quiet", .. source.TakeWhile(a => a != "-vf"), "-vf", filter + "scale=64:48,format=gray", "-frames:v", "1", "-f", "rawvideo", "-"]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var pixels = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(pixels, Ct);
        await process.WaitForExitAsync(Ct);
        return pixels.ToArray();
    }

    private static double Difference(byte[] one, byte[] other)
    {
        Assert.Equal(one.Length, other.Length);
        return one.Zip(other, (a, b) => Math.Abs(a - b)).Average();
    }
}
