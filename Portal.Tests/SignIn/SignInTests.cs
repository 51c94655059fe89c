using System.Net;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.SignIn;

public sealed class SignInTests(PortalApp portal) : IClassFixture<PortalApp>
{
    [Fact]
    public async Task Nobody_gets_a_page_without_signing_in()
    {
        var answer = await portal.Browser().GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/css/tokens.css")]
    [InlineData("/js/theme.js")]
    [InlineData("/fonts/inter-latin-wght-normal.woff2")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/Portal.styles.css")]
    [InlineData("/Shared/Layout/MainLayout.razor.js")]
    public async Task What_the_sign_in_page_needs_is_open(string path)
    {
        var answer = await portal.Browser().GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_link_works_once_and_only_by_its_button()
    {
        var token = await TokenAsync();
        using var first = portal.Browser();
        using var second = portal.Browser();

        // A mail scanner or a preview opens the link: nothing is spent.
        await first.GetAsync($"/sign-in?token={token}", TestContext.Current.CancellationToken);
        var spent = await PortalApp.SpendAsync(first, token);
        var again = await PortalApp.SpendAsync(second, token);

        Assert.Equal(HttpStatusCode.Redirect, spent.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Contains(
            "restart the portal",
            await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await second.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task A_form_from_elsewhere_cannot_sign_in()
    {
        var token = await TokenAsync();

        var answer = await portal
            .Browser()
            .PostAsync(
                "/sign-in",
                new FormUrlEncodedContent([new("token", token)]),
                TestContext.Current.CancellationToken
            );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(
            await portal.Get<AccessService>().UseSignInTokenAsync(token, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        using var browser = portal.Browser();

        var answer = await PortalApp.SpendAsync(browser, await TokenAsync());

        var cookie = answer
            .Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("portal=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_needs_the_portals_own_header()
    {
        using var browser = await portal.SignedInAsync();

        var forged = await browser.PostAsync("/sign-out", null, TestContext.Current.CancellationToken);
        browser.DefaultRequestHeaders.Add("X-Requested-With", "portal");
        var real = await browser.PostAsync("/sign-out", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, real.StatusCode);
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await browser.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task A_token_in_the_address_is_shown_as_text_only()
    {
        var page = await portal
            .Browser()
            .GetStringAsync(
                "/sign-in?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
                TestContext.Current.CancellationToken
            );

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        var answer = await portal.Browser().GetAsync("/sign-in", TestContext.Current.CancellationToken);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }

    private async Task<string> TokenAsync()
    {
        var owner = await portal.Get<UserService>().EnsureAsync("owner", default);
        return await portal.Get<AccessService>().CreateSignInTokenAsync(owner.Id, default);
    }
}
