using Bunit;
using Portal.Core.Domain.Apps;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Features.Settings;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Settings;

public sealed class SettingsPageTests
{
    [Fact]
    public async Task A_new_key_works_and_is_shown_once()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<SettingsPage>();

        page.Find("#key-name").Change("nightly upload");
        page.Find("section[aria-label='API keys'] form").Submit();

        var key = page.WaitForElement(".made code").TextContent;
        var grant = await host.Core.Get<AccessService>().OpenAsync(key, TestContext.Current.CancellationToken);
        Assert.Equal(host.Core.App.Id, grant?.AppId);
        Assert.DoesNotContain(key, host.Context.Render<SettingsPage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing()
    {
        await using var host = await PageHost.StartAsync();
        var (_, key) = await host
            .Core.Get<AccessService>()
            .CreateKeyAsync(host.Core.User.Id, null, "old", null, TestContext.Current.CancellationToken);
        var page = host.Context.Render<SettingsPage>();

        page.Find("button[aria-label='Revoke old']").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("button[aria-label='Revoke old']")));
        Assert.Null(await host.Core.Get<AccessService>().OpenAsync(key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_rule_on_implicit_negatives_is_switched_for_the_app()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<SettingsPage>();

        await page.Find("label.implicit input").ChangeAsync(new() { Value = false });

        var app = await host.Core.Get<AppService>().GetAsync(host.Core.App.Id, TestContext.Current.CancellationToken);
        Assert.False(app.ImplicitNegatives);
    }

    [Fact]
    public async Task An_empty_name_is_refused_and_stays_as_typed()
    {
        await using var host = await PageHost.StartAsync();
        var page = host.Context.Render<SettingsPage>();

        page.Find("#app-name").Change("  ");
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
            Assert.Contains("The app name is empty", page.Find("[role=alert]").TextContent, StringComparison.Ordinal)
        );
    }
}
