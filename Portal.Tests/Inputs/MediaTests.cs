using System.Net;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Engines.Images;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class MediaTests(PortalApp portal) : IClassFixture<PortalApp>
{
    [Fact]
    public async Task A_thumbnail_is_a_small_webp_that_browsers_keep()
    {
        var (app, input) = (await portal.AppAsync("owner", "thumbs"), "one");
        var row = await portal.InputAsync(app, input, Pictures.Any(1));
        using var browser = await portal.SignedInAsync();

        var versioned = await browser.GetAsync(
            $"/media/owner/thumbs/one/thumb?v={row.ContentHash[..12]}",
            TestContext.Current.CancellationToken
        );
        var plain = await browser.GetAsync("/media/owner/thumbs/one/thumb", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, versioned.StatusCode);
        Assert.Equal("image/webp", versioned.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", versioned.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("immutable", plain.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "thumb.webp",
            await versioned.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
        );
        var header = portal.Get<IImageDecoder>().ReadHeader(path);
        Assert.Equal(ImageType.WebP, header.Type);
        Assert.InRange(Math.Max(header.Width, header.Height), 1, 320);
    }

    [Fact]
    public async Task The_original_comes_back_byte_for_byte_as_a_download_that_runs_nothing()
    {
        var picture = Pictures.Any(2);
        await portal.InputAsync(await portal.AppAsync("owner", "originals"), "one", picture, "Café \"x\".png");
        using var browser = await portal.SignedInAsync();

        var answer = await browser.GetAsync(
            "/media/owner/originals/one/original",
            TestContext.Current.CancellationToken
        );

        Assert.Equal(picture, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("Café \"x\".png", answer.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith(
            "sandbox",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_thumbnail_that_has_not_changed_is_not_sent_again()
    {
        await portal.InputAsync(await portal.AppAsync("owner", "tags"), "one", Pictures.Any(3));
        using var browser = await portal.SignedInAsync();
        var first = await browser.GetAsync("/media/owner/tags/one/large", TestContext.Current.CancellationToken);
        browser.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        var second = await browser.GetAsync("/media/owner/tags/one/large", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("thumb")]
    [InlineData("large")]
    [InlineData("original")]
    public async Task A_picture_whose_bytes_are_gone_says_so_and_browsers_do_not_keep_that(string rendition)
    {
        var app = await portal.AppAsync("owner", $"gone-{rendition}");
        // A picture of its own: a rendition that was made once is served without the bytes.
        var row = await portal.InputAsync(app, "one", Pictures.Any(4041));
        var path = portal.Get<BlobStore>().PathOf(row.ContentHash);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        using var browser = await portal.SignedInAsync();
        var address = $"/media/owner/gone-{rendition}/one/{rendition}?v={row.ContentHash[..12]}";

        var gone = await browser.GetAsync(address, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var back = await browser.GetAsync(address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Contains(
            "Restore it from a backup",
            await gone.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.False(gone.Headers.CacheControl?.MaxAge > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData("/media/owner/mine/one/huge")]
    [InlineData("/media/owner/mine/two/thumb")]
    [InlineData("/media/owner/other/one/thumb")]
    [InlineData("/media/stranger/theirs/one/thumb")]
    [InlineData("/media/owner/mine/..%2fone/thumb")]
    public async Task What_is_not_there_and_what_is_somebody_elses_look_the_same(string path)
    {
        await EnsureMineAndTheirsAsync();
        using var browser = await portal.SignedInAsync();

        var answer = await browser.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_shows_the_pictures_of_its_app_and_no_other()
    {
        await EnsureMineAndTheirsAsync();
        var other = await portal.AppAsync("owner", "keyed");
        await portal.InputAsync(other, "one", Pictures.Any(4));
        using var client = await portal.WithKeyAsync("owner", other);

        Assert.Equal(
            HttpStatusCode.OK,
            (await client.GetAsync("/media/owner/keyed/one/thumb", TestContext.Current.CancellationToken)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await client.GetAsync("/media/owner/mine/one/thumb", TestContext.Current.CancellationToken)).StatusCode
        );
    }

    private async Task EnsureMineAndTheirsAsync()
    {
        foreach (var (owner, id) in new[] { ("owner", "mine"), ("stranger", "theirs") })
        {
            var user = await portal.Get<UserService>().EnsureAsync(owner, default);
            if ((await portal.Get<AppService>().ListAsync(user.Id, default)).Any(a => a.App.ExternalId == id))
            {
                continue;
            }

            await portal.InputAsync(await portal.AppAsync(owner, id), "one", Pictures.Any(5));
        }
    }
}
