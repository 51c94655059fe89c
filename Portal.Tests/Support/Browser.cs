using Microsoft.Playwright;

namespace Portal.Tests.Support;

/// <summary>One Chromium for all browser tests; each test opens a context of its own.</summary>
internal static class Browser
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    private static readonly Lazy<Task<IBrowser>> Shared = new(LaunchAsync);

    /// <summary>Where a screenshot goes, for people to leaf through.</summary>
    public static string ScreenshotPath(string name) =>
        Path.Combine(SharedData.RepositoryRoot, "artifacts", "screenshots", $"{name}.png");

    /// <summary>A page at 1280×720, signed in as the owner.</summary>
    public static async Task<IPage> SignedInAsync(PortalProcess portal)
    {
        var browser = await Shared.Value;
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1280, Height = 720 },
                Locale = "en-GB",
                BaseURL = portal.Address.ToString(),
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        var page = await context.NewPageAsync();
        await page.GotoAsync(portal.SignInLink);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Apps" }).WaitForAsync();
        return page;
    }

    /// <summary>Another browser of the same user: its own tabs, its own storage.</summary>
    public static async Task<IPage> BesideAsync(PortalProcess portal, string storageState)
    {
        var context = await (await Shared.Value).NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1280, Height = 720 },
                Locale = "en-GB",
                BaseURL = portal.Address.ToString(),
                ReducedMotion = ReducedMotion.Reduce,
                StorageState = storageState,
            }
        );
        return await context.NewPageAsync();
    }

    /// <summary>Keeps what the page looks like, light and dark.</summary>
    public static async Task KeepAsync(this IPage page, string name)
    {
        await page.WaitForFunctionAsync(
            "() => [...document.images].every(image => image.complete || image.getBoundingClientRect().top > "
                + "innerHeight)"
        );
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.ShowAsync(scheme);
            await page.ScreenshotAsync(
                new() { Path = ScreenshotPath($"{name}-{scheme.ToString().ToLowerInvariant()}") }
            );
        }
        await page.ShowAsync(ColorScheme.Light);
    }

    /// <summary>
    /// Switches to light or dark, and waits until no colour is on its way any more. What turns for as long as something
    /// is worked on is not waited for.
    /// </summary>
    public static async Task ShowAsync(this IPage page, ColorScheme scheme)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.WaitForFunctionAsync(
            """
            theme => document.documentElement.dataset.theme === theme && document.getAnimations().every(animation => !(animation instanceof CSSTransition) || animation.playState !== 'running')
            """,
            scheme.ToString().ToLowerInvariant()
        );
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        // The default, 5 s, is short for two cores that several tests and their portals share; a condition that comes
        // true ends the wait at once.
        Assertions.SetDefaultExpectTimeout(30_000);
        var path =
            Places.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium."
            );
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = path,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }
}
