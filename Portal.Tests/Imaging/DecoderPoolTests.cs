using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Images.Processes;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

/// <summary>Real child processes, and what becomes of them.</summary>
[Collection(nameof(RunsAlone))]
public sealed class DecoderPoolTests : IDisposable
{
    private const int Side = 64;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Child_processes_give_the_same_pixels_details_and_refusals_as_decoding_in_place()
    {
        using var pool = Pool(new ImageLimits { Decoders = 2 });
        var here = new VipsImageDecoder(new ImageLimits());
        var files = new[] { "generated", "exif_orientation", "exif_invalid" }.SelectMany(folder =>
            Directory.EnumerateFiles(SharedData.Require("hostile", folder))
        );

        Assert.All(files, path => Assert.Equal(Said(here, path), Said(pool, path)));
        Assert.Throws<FileNotFoundException>(() => pool.ReadHeader(Path.Combine(_folder.Path, "none.png")));
        Assert.True(pool.ProcessIds.Count <= 2);
    }

    [Fact]
    public async Task A_child_that_is_killed_fails_its_own_picture_and_no_other()
    {
        ProcessSignals.RequireLinux();
        using var pool = Pool(new ImageLimits { Decoders = 1 });
        var path = Picture(1);
        var frozen = Frozen(pool, path);
        var doomed = Task.Run(() => Square.Decode(pool, path, Side), Ct);
        await Wait.ForAsync(() => Task.FromResult(pool.IdleCount), count => count == 0);
        var others = Enumerable.Range(0, 5).Select(_ => Task.Run(() => Square.Decode(pool, path, Side), Ct)).ToList();

        ProcessSignals.KillNow(frozen);

        var failure = await Assert.ThrowsAsync<PortalException>(() => doomed);
        Assert.Equal(StatusCode.InputBadBytes, failure.Code);
        Assert.Contains("made the decoder crash", failure.Message, StringComparison.Ordinal);
        await Task.WhenAll(others);
        Assert.DoesNotContain(frozen, pool.ProcessIds);
    }

    [Fact]
    public async Task A_child_that_hangs_is_ended_when_its_time_is_up_and_replaced()
    {
        ProcessSignals.RequireLinux();
        using var pool = Pool(new ImageLimits { Decoders = 1, MaxDecodeTime = TimeSpan.FromSeconds(1) });
        var path = Picture(1);
        var hanging = Frozen(pool, path);

        var failure = await Assert.ThrowsAsync<PortalException>(() =>
            Task.Run(() => Square.Decode(pool, path, Side), Ct)
        );

        Assert.Equal(StatusCode.InputOverLimit, failure.Code);
        Assert.Contains("made the decoder take longer than 1 s", failure.Message, StringComparison.Ordinal);
        Square.Decode(pool, path, Side);
        Assert.False(ProcessSignals.IsRunning(hanging));
    }

    [Fact]
    public void A_picture_that_wants_more_memory_than_allowed_fails_alone_even_where_its_size_is_admitted()
    {
        ProcessSignals.RequireLinux();
        var bomb = SharedData.Require("hostile", "generated", "bomb_header_65535x65535.gif");
        using var pool = Pool(
            new ImageLimits
            {
                Decoders = 1,
                MaxPixels = 5_000_000_000,
                MaxDecodeMemory = 200_000_000,
            }
        );

        var failure = Assert.Throws<PortalException>(() => Square.Decode(pool, bomb, Side));

        Assert.Equal(StatusCode.InputOverLimit, failure.Code);
        Assert.Contains(
            "made the decoder run out of memory; the limit is 200 MB",
            failure.Message,
            StringComparison.Ordinal
        );
        Square.Decode(pool, Picture(1), Side);
    }

    /// <summary>ImageSharp 2.1.13 never returns from this PNG, so nothing but a BMP may lead a decoder to it.</summary>
    [Fact]
    public void ImageSharp_is_not_even_loaded_until_a_bmp_comes()
    {
        ProcessSignals.RequireLinux();
        using var pool = Pool(new ImageLimits { Decoders = 1 });

        var interlaced = Square.Decode(pool, SharedData.Require("hostile", "pngsuite", "s01i3p01.png"), 1);

        Assert.Equal(
            Square.Decode(pool, SharedData.Require("hostile", "pngsuite", "s01n3p01.png"), 1).Rgb,
            interlaced.Rgb
        );
        Assert.False(HasLoadedImageSharp(Assert.Single(pool.ProcessIds)));
        Square.Decode(pool, SharedData.Require("cases", "pictures", "plain.bmp"), Side);
        Assert.True(HasLoadedImageSharp(Assert.Single(pool.ProcessIds)));

        static bool HasLoadedImageSharp(int id) =>
            File.ReadAllText($"/proc/{id}/maps").Contains("SixLabors.ImageSharp.dll", StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_inherits_no_secret_of_the_environment()
    {
        ProcessSignals.RequireLinux();
        Environment.SetEnvironmentVariable("Owner__ApiKey", "a-secret-of-the-portal");
        try
        {
            using var pool = Pool(new ImageLimits { Decoders = 1 });
            Square.Decode(pool, Picture(1), Side);

            var environment = File.ReadAllText($"/proc/{Assert.Single(pool.ProcessIds)}/environ");

            Assert.Contains("PATH=", environment, StringComparison.Ordinal);
            Assert.DoesNotContain("a-secret-of-the-portal", environment, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("Owner__ApiKey", null);
        }
    }

    [Fact]
    public async Task A_caller_who_leaves_is_not_waited_for()
    {
        ProcessSignals.RequireLinux();
        using var pool = Pool(new ImageLimits { Decoders = 1 });
        var path = Picture(1);
        Frozen(pool, path);
        using var leaving = new CancellationTokenSource();

        var waiting = Task.Run(() => pool.DecodeSquare(path, Side, new byte[Side * Side * 3], leaving.Token), Ct);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Square.Decode(pool, path, Side);
    }

    [Fact]
    public async Task The_children_end_with_the_pool()
    {
        ProcessSignals.RequireLinux();
        var pool = Pool(new ImageLimits { Decoders = 2 });
        Square.Decode(pool, Picture(1), Side);
        var children = pool.ProcessIds;

        pool.Dispose();

        Assert.NotEmpty(children);
        await Wait.ForAsync(() => Task.FromResult(children), ids => !ids.Any(ProcessSignals.IsRunning));
        Assert.ThrowsAny<OperationCanceledException>(() => pool.ReadHeader(Picture(1)));
    }

    [Fact]
    public async Task No_child_outlives_a_portal_that_is_killed_not_even_one_that_hangs()
    {
        ProcessSignals.RequireLinux();
        await using var portal = await PortalProcess.StartAsync(_folder.Path, 0, "--Imaging:Decoders=2");
        var children = await Wait.ForAsync(
            () => Task.FromResult(ProcessSignals.ChildrenOf(portal.Id)),
            ids => ids.Count == 2
        );
        ProcessSignals.Freeze(children[0]);

        await portal.KillAsync();

        await Wait.ForAsync(() => Task.FromResult(children), ids => !ids.Any(ProcessSignals.IsRunning));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DecoderPool Pool(ImageLimits limits) =>
        new(limits, typeof(Program).Assembly.Location, NullLogger<DecoderPool>.Instance);

    private string Picture(int seed) => _folder.Write($"{seed}.png", Pictures.Any(seed));

    /// <summary>Freezes the one child, which will be asked next.</summary>
    private static int Frozen(DecoderPool pool, string path)
    {
        Square.Decode(pool, path, Side);
        var child = Assert.Single(pool.ProcessIds);
        ProcessSignals.Freeze(child);
        return child;
    }

    private static string Said(IImageDecoder decoder, string path)
    {
        try
        {
            return $"{decoder.ReadHeader(path)} {decoder.ReadPhoto(path)} "
                + $"{Convert.ToHexString(Square.Decode(decoder, path, Side).Rgb)} "
                + $"{Convert.ToHexString(decoder.RenderWebp(path, Side, Ct))}";
        }
        catch (PortalException refusal)
        {
            return $"{refusal.Code}: {refusal.Message}";
        }
    }
}
