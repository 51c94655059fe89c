using Microsoft.Playwright;
using Portal.Core.Domain.Users;
using Portal.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.EndToEnd;

public sealed class SignInTests
{
    private const string Password = "four words in a row";

    [Fact]
    public async Task A_password_and_an_authenticator_app_sign_in_and_a_session_ended_elsewhere_leaves_its_page()
    {
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await Browser.SignedInAsync(portal);
        await page.KeepAsync("apps-without-password");

        await page.GetByRole(AriaRole.Link, new() { Name = "Set a password" }).ClickAsync();
        await page.GetByLabel("New password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Change password" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        var secret = (await page.Locator(".secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.KeepAsync("account-authenticator");
        await page.GetByLabel("The code it shows").FillAsync(Code(secret, 0));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        await page.KeepAsync("account-recovery-codes");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have them" }).ClickAsync();

        var beside = await Browser.BesideAsync(portal, "{}");
        await beside.GotoAsync("/account");
        await beside.KeepAsync("sign-in");
        await beside.GetByLabel("User id").FillAsync("owner");
        await beside.GetByLabel("Password").FillAsync("not these four words");
        await beside.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(beside.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await beside.KeepAsync("sign-in-refused");
        await beside.GetByLabel("Password").FillAsync(Password);
        await beside.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        // A code counts once, so this is the next one.
        await beside.GetByLabel("Code from your authenticator app").FillAsync(Code(secret, 1));
        await beside.KeepAsync("sign-in-code");
        await beside.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(beside.GetByRole(AriaRole.Heading, new() { Name = "Account" })).ToBeVisibleAsync();
        await beside.KeepAsync("account");

        // What was done on a page was done by who sat before it.
        await page.GotoAsync("/activity");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Turned the authenticator app on" }))
            .ToContainTextAsync("owner");
        await page.KeepAsync("activity");

        await beside.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }))
            .ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    private static string Code(string secret, int stepsAhead) =>
        OneTimeCode.At(Base32.Decode(secret), OneTimeCode.StepAt(DateTimeOffset.UtcNow) + stepsAhead);
}
