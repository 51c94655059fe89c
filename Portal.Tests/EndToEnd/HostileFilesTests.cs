using System.Diagnostics;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Imaging;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>Files made to do harm, sent the way a browser sends them, to a portal that runs as it will run.</summary>
public class HostileFilesTests
{
    private const string App = "hostile";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Every_hostile_file_is_refused_with_a_reason_or_processed_and_the_portal_stays_up_and_small()
    {
        var files = new[] { "generated", "exif_invalid", "exif_orientation", "pngsuite" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(SharedData.Require("hostile", folder)).Order(StringComparer.Ordinal)
            )
            .ToList();
        using var root = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(root.Path);
        using var client = await ClientAsync(portal);
        var problems = new List<string>();
        var accepted = new List<(string Name, string Id)>();
        foreach (var path in files)
        {
            var (name, watch) = (Path.GetFileName(path), Stopwatch.StartNew());
            var answer = (
                await client.UploadAsync(App, new UploadFile(null, name, await File.ReadAllBytesAsync(path)))
            )[0];
            if (watch.Elapsed > Patience)
            {
                problems.Add($"{name}: answered after {watch.Elapsed}");
            }

            if (answer.Code == (int)StatusCode.InputPending)
            {
                accepted.Add((name, answer.Id!));
            }
            else if (IsHarmless(name) || !IsRefusal(answer))
            {
                problems.Add($"{name}: {answer}");
            }

            if (answer.Code == (int)StatusCode.InputPending && IsNeverAccepted(name))
            {
                problems.Add($"{name}: accepted");
            }
        }

        await client.WorkedOffAsync(App);

        foreach (var (name, id) in accepted)
        {
            var ended = await client.InputAsync(App, id);
            var isGood =
                ended.Code == (int)StatusCode.InputSuccess
                || (ended is { Code: (int)StatusCode.InputFailed, Details.Length: > 10 } && !IsHarmless(name));
            if (!isGood)
            {
                problems.Add($"{name}: ended as {ended}");
            }
        }
        Assert.Empty(problems);
        Assert.True(portal.IsRunning);
        Assert.InRange(portal.PeakMemoryBytes, 1, 1_000_000_000);
    }

    [Theory]
    [InlineData("landscape")]
    [InlineData("portrait")]
    public async Task Whatever_way_the_camera_was_held_the_picture_is_shown_upright(string shape)
    {
        using var root = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(root.Path);
        using var client = await ClientAsync(portal);
        var files = Enumerable
            .Range(1, 8)
            .Select(i => File.ReadAllBytes(SharedData.Require("hostile", "exif_orientation", $"{shape}_{i}.jpg")))
            .ToList();
        var answers = await client.UploadAsync(
            App,
            files.Select((bytes, i) => new UploadFile($"held-{i + 1}", "photo.jpg", bytes))
        );
        Assert.All(answers, a => Assert.Equal((int)StatusCode.InputPending, a.Code));

        foreach (var rendition in new[] { "thumb", "large" })
        {
            var upright = await ShownAsync(client, root, "held-1", rendition);
            var upsideDown = upright.Square.Rearranged(
                (x, y) => (upright.Square.Side - 1 - x, upright.Square.Side - 1 - y)
            );
            for (var i = 2; i <= 8; i++)
            {
                var shown = await ShownAsync(client, root, $"held-{i}", rendition);
                Assert.Equal((upright.Header.Width, upright.Header.Height), (shown.Header.Width, shown.Header.Height));
                Assert.InRange(shown.Square.DistanceTo(upright.Square), 0, 6);
                Assert.True(
                    shown.Square.DistanceTo(upsideDown) > 20,
                    "The picture looks the same upside down, so this test says nothing."
                );
            }
        }
    }

    [Fact]
    public async Task An_upload_can_not_become_a_page_of_the_portal()
    {
        using var root = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(root.Path);
        using var client = await ClientAsync(portal);
        var picture = Pictures.Any(1);
        byte[] polyglot = [.. picture, .. "<html><script>alert(1)</script></html>"u8];
        var answers = await client.UploadAsync(
            App,
            new UploadFile(
                null,
                "logo.svg",
                """<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"""u8.ToArray()
            ),
            new UploadFile(null, "photo.png", "<!doctype html><script>alert(1)</script>"u8.ToArray()),
            new UploadFile(null, "both.png", polyglot),
            new UploadFile("good", "page.html", picture)
        );

        Assert.All(answers.Take(3), a => Assert.Equal((int)StatusCode.InputUnsupportedFormat, a.Code));
        Assert.Equal((int)StatusCode.InputPending, answers[3].Code);
        foreach (var rendition in new[] { "thumb", "large", "original" })
        {
            using var media = await client.GetAsync(
                $"/media/owner/{App}/good/{rendition}",
                TestContext.Current.CancellationToken
            );
            Assert.True(media.IsSuccessStatusCode);
            Assert.StartsWith("image/", media.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
            Assert.Equal("nosniff", media.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith(
                "sandbox;",
                media.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
        }
    }

    private static async Task<HttpClient> ClientAsync(PortalProcess portal)
    {
        var client = portal.Client();
        using var made = await client.PostAsync(
            "/v2/users/owner/apps",
            new StringContent($$"""{"apps":[{"id":"{{App}}"}]}""", null, "application/json")
        );
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        return client;
    }

    private static async Task<(Square Square, ImageHeader Header)> ShownAsync(
        HttpClient client,
        TemporaryFolder folder,
        string inputId,
        string rendition
    )
    {
        var path = folder.Write(
            $"{inputId}-{rendition}.webp",
            await client.GetByteArrayAsync($"/media/owner/{App}/{inputId}/{rendition}")
        );
        var decoder = new VipsImageDecoder(new ImageLimits());
        return (Square.Decode(decoder, path, 64), decoder.ReadHeader(path));
    }

    private static bool IsRefusal(UploadAnswer answer) =>
        answer
            is {
                Code: (int)StatusCode.InputUnsupportedFormat
                    or (int)StatusCode.InputOverLimit
                    or (int)StatusCode.InputBadBytes,
                Details.Length: > 10
            };

    /// <summary>Not decoded at all: what is no picture, and what says it is larger than any may be.</summary>
    private static bool IsNeverAccepted(string name) =>
        name.StartsWith("svg_", StringComparison.Ordinal)
        || name.StartsWith("bomb_", StringComparison.Ordinal)
        || name is "html_named.jpg" or "plain_text.jpg" or "zero_bytes.jpg" or "jpeg_with_trailing_html.jpg";

    /// <summary>
    /// Valid, if odd: must end processed. PngSuite's names say which of its files are broken: those that begin with x.
    /// </summary>
    private static bool IsHarmless(string name) =>
        !IsNeverAccepted(name)
        && !name.StartsWith('x')
        && name is not ("bad_crc.png" or "truncated_half.png" or "truncated_half.jpg");
}
