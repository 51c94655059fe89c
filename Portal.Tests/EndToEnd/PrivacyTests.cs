using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

public class PrivacyTests
{
    /// <summary>
    /// A library that reports to its makers keeps what it has not sent yet in the home of the user; and on a server
    /// nobody expects the portal to write there. Both libraries that are native are used: one decodes the picture, the
    /// other embeds it.
    /// </summary>
    [Fact]
    public async Task Nothing_is_written_beside_the_data_directory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have their caches elsewhere.");
        using var folder = new TemporaryFolder();
        using var home = new TemporaryFolder();
        // Where builds run such libraries keep quiet on their own.
        string[] launcher =
        [
            "env",
            .. ((string[])["CI", "TF_BUILD", "GITHUB_ACTIONS", "XDG_CACHE_HOME", "XDG_DATA_HOME"]).SelectMany(name =>
                (string[])["-u", name]
            ),
            $"HOME={home.Path}",
        ];
        await using var portal = await PortalProcess.StartAsync(launcher, folder.Path, 0, "--Embedder:Side=32");
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/owner/apps", new { apps = new[] { new { id = "park" } } })
            .OkAsync();
        await client.UploadAsync("park", new UploadFile("one", "one.png", Pictures.Any(1)));
        Assert.Equal((1, 0, 0), await client.WorkedOffAsync("park"));
        Assert.Equal(0, await portal.StopAsync());
        Assert.Empty(Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories));
    }
}
