using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Videos;
using Portal.Tests.Support;

namespace Portal.Tests.Videos;

/// <summary>Videos that are too much, are not what they say, or would have others read.</summary>
public sealed class HostileVideoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Videos:MaxDuration", "00:00:05", "lasts 0:00:20")]
    [InlineData("Videos:MaxPixels", "1000", "768 × 576 pixels")]
    [InlineData("Videos:MaxBytes", "5000", "the limit for one video")]
    public async Task A_video_beyond_a_limit_is_refused_and_the_limit_named(string setting, string value, string words)
    {
        await using var host = await TestVideos.HostAsync((setting, value));

        var refusal = await Assert.ThrowsAsync<PortalException>(() =>
            host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "long")
        );

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(setting, refusal.Message, StringComparison.Ordinal);
        await using var db = host.Db();
        Assert.False(await db.Videos.AnyAsync(Ct));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(host.Root, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("This is no video.")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile '/etc/passwd'\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>")]
    public async Task A_list_that_names_other_files_is_no_video(string text)
    {
        await using var host = await TestVideos.HostAsync();

        var refusal = await Assert.ThrowsAsync<PortalException>(() =>
            host.AcceptVideoAsync(Encoding.ASCII.GetBytes(text), "list")
        );

        Assert.Equal(StatusCode.InputUnsupportedFormat, refusal.Code);
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0isom3gp4")]
    [InlineData("\u001aE\u00df\u00a3webm")]
    [InlineData("RIFF\0\0\0\0AVI ")]
    public async Task A_playlist_behind_the_first_bytes_of_a_video_leads_nowhere(string head)
    {
        await using var host = await TestVideos.HostAsync();
        var marker = Path.Combine(host.Root, "secret.mp4");
        File.Copy(SharedData.Require("video", "imageio_realshort.mp4"), marker);

        var refusal = await Assert.ThrowsAsync<PortalException>(() =>
            host.AcceptVideoAsync(
                Encoding.Latin1.GetBytes(
                    $"{head}\n#EXTM3U\n#EXTINF:1,\nfile://{marker}\nffconcat version 1.0\nfile '{marker}'\n"
                ),
                "list"
            )
        );

        Assert.Equal(StatusCode.InputBadBytes, refusal.Code);
    }

    [Fact]
    public async Task A_playlist_is_not_followed_by_ffmpeg_either_once_it_is_taken_for_a_video()
    {
        await using var host = await TestVideos.HostAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var video = Path.Combine(host.Root, "real.mp4");
        File.Copy(SharedData.Require("video", "vtest_20s.mp4"), video);
        var list = Path.Combine(host.Root, "list");
        await File.WriteAllTextAsync(list, $"ffconcat version 1.0\nfile '{video}'\n", Ct);
        // Alone, ffmpeg would follow it.
        Assert.NotEmpty(await TestVideos.PixelsAsync("-safe", "0", "-f", "concat", "-i", list));

        foreach (var demuxer in (string[])["mov", "matroska", "avi"])
        {
            Assert.Null(await host.Get<Ffmpeg>().FrameAsync(list, new VideoType("video/mp4", demuxer), 0, Ct));
        }

        await File.WriteAllTextAsync(
            list,
            $"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://{listener.LocalEndpoint}/video.mp4\n#EXT-X-ENDLIST\n",
            Ct
        );
        foreach (var demuxer in (string[])["mov", "matroska", "avi"])
        {
            Assert.Null(await host.Get<Ffmpeg>().FrameAsync(list, new VideoType("video/mp4", demuxer), 0, Ct));
        }

        Assert.False(listener.Pending(), "ffmpeg went where the list led");
    }

    [Theory]
    [InlineData("vtest_10s.webm")]
    [InlineData("vtest_20s.mp4")]
    public async Task Of_a_video_that_was_cut_short_the_frames_that_are_there_are_taken(string name)
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:02"));
        var bytes = await File.ReadAllBytesAsync(SharedData.Require("video", name), Ct);

        var video = await host.AcceptVideoAsync(bytes[..(bytes.Length / 2)], "half");
        var (sampled, frames) = await host.SampledAsync(video.ExternalId);

        Assert.InRange(frames.Count, 1, video.FrameCount!.Value - 1);
        Assert.Contains("could not be read", sampled.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_whose_end_and_with_it_its_index_is_missing_is_refused()
    {
        await using var host = await TestVideos.HostAsync();
        // Unlike those of the shared data, its index stands at the end.
        var whole = await TestVideos.OfColoursAsync(2, "red", "blue");

        var refusal = await Assert.ThrowsAsync<PortalException>(() => host.AcceptVideoAsync(whole[..^100], "cut"));

        Assert.Equal(StatusCode.InputBadBytes, refusal.Code);
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, "how long it is")]
    [InlineData(0x7fff_ffffu, "how long it is")]
    [InlineData(100_000_000u, "lasts 27:46:40")]
    public async Task A_length_that_is_none_or_too_much_is_refused(uint units, string words)
    {
        await using var host = await TestVideos.HostAsync();
        var video = WithLength(await File.ReadAllBytesAsync(SharedData.Require("video", "vtest_20s.mp4"), Ct), units);

        var refusal = await Assert.ThrowsAsync<PortalException>(() => host.AcceptVideoAsync(video, "liar"));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_that_says_it_is_longer_than_it_is_gives_the_frames_it_has()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:05"));
        // 40 s, in thousandths as its header counts.
        var video = await host.AcceptVideoAsync(
            WithLength(await File.ReadAllBytesAsync(SharedData.Require("video", "vtest_20s.mp4"), Ct), 40_000),
            "liar"
        );

        var (sampled, frames) = await host.SampledAsync("liar");

        Assert.Equal(8, video.FrameCount);
        Assert.Equal([0, 5000, 10000, 15000], frames.Select(f => f.TimeMs));
        Assert.StartsWith("4 of 8 frames could not be read", sampled.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_header_says_of_its_pixels_counts_for_nothing_beside_the_pictures()
    {
        await using var host = await TestVideos.HostAsync();
        var video = await File.ReadAllBytesAsync(SharedData.Require("video", "vtest_20s.mp4"), Ct);
        var entry = video.AsSpan().IndexOf("stsd"u8);
        video.AsSpan(entry + video.AsSpan(entry).IndexOf("avc1"u8) + 28, 4).Fill(0xff);

        Assert.Equal(
            (768, 576),
            await host.AcceptVideoAsync(video, "liar") is var accepted ? (accepted.Width, accepted.Height) : default
        );
    }

    [Fact]
    public async Task Pictures_that_grow_in_the_middle_of_a_video_are_left_out()
    {
        await using var host = await TestVideos.HostAsync(("Videos:MaxPixels", "100000"));
        var parts = await Task.WhenAll(
            ((string[])["160x120", "1600x1200"]).Select(size =>
                TestVideos.MakeAsync(
                    ["-f", "lavfi", "-i", $"color=red:d=2:r=10:s={size}", "-pix_fmt", "yuv420p", "-g", "5", "-bf", "0"],
                    ".h264"
                )
            )
        );
        using var folder = new TemporaryFolder();
        var video = await TestVideos.MakeAsync(
            [
                "-fflags",
                "+genpts",
                "-r",
                "10",
                "-i",
                folder.Write("both.h264", [.. parts[0], .. parts[1]]),
                "-c",
                "copy",
            ],
            ".mkv"
        );

        await host.AcceptVideoAsync(video, "grows");
        var (sampled, frames) = await host.SampledAsync("grows");

        Assert.NotEmpty(frames);
        Assert.All(frames, f => Assert.Equal((160, 120), (f.Input.Width, f.Input.Height)));
        Assert.Contains("could not be read", sampled.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_for_scenes_ends_when_its_time_is_over_and_the_video_says_so()
    {
        await using var host = await TestVideos.HostAsync(
            ("Videos:MaxSceneTime", "00:00:01"),
            ("Videos:MaxDuration", "02:00:00")
        );
        // Small to send and long to decode.
        using var folder = new TemporaryFolder();
        var scene = folder.Write(
            "scene.mp4",
            await TestVideos.MakeAsync(["-f", "lavfi", "-i", "color=red:d=10:r=30:s=320x240", "-pix_fmt", "yuv420p"])
        );
        var video = await TestVideos.MakeAsync(["-stream_loop", "400", "-i", scene, "-c", "copy"]);

        await host.AcceptVideoAsync(video, "long", FrameSampling.Scenes);

        Assert.Contains(
            "Videos:MaxSceneTime",
            (await host.SampledAsync("long")).Video.Problem,
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// The same video with another length in its headers, in thousandths of a second for the video and in its own units
    /// for the track.
    /// </summary>
    private static byte[] WithLength(byte[] video, uint units)
    {
        var changed = video.ToArray();
        var second = BinaryPrimitives.ReadUInt32BigEndian(video.AsSpan(video.AsSpan().IndexOf("mdhd"u8) + 16));
        Write("mvhd"u8, 20, units);
        Write("tkhd"u8, 24, units);
        Write("mdhd"u8, 20, units == 0 ? 0 : (uint)Math.Min(uint.MaxValue >> 1, (ulong)units * second / 1000));
        return changed;

        void Write(ReadOnlySpan<byte> box, int offset, uint value) =>
            BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(video.AsSpan().IndexOf(box) + offset), value);
    }
}
