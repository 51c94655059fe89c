using System.Net;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.SignIn;

public sealed class ReverseProxyTests
{
    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData(null, false)]
    public async Task Only_a_known_proxy_is_believed_about_the_address_and_https(string? known, bool isBelieved)
    {
        await using var portal = await PortalFixture.StartAsync(
            known is null ? [] : [("Network:KnownProxies:0", known)]
        );
        var user = await portal.WithPasswordAsync("ada", "correct horse battery");
        using var browser = portal.NewBrowser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        browser.DefaultRequestHeaders.Host = "photos.example.org";

        // The browser keeps no secure cookie over the plain connection of this test, so the form's token and cookie are
        // carried by hand.
        using var page = await browser.GetAsync("/sign-in", TestContext.Current.CancellationToken);
        var cookie = page.Headers.GetValues("Set-Cookie").Single();
        using var form = new HttpRequestMessage(HttpMethod.Post, "/sign-in/password")
        {
            Content = new FormUrlEncodedContent([
                new(
                    "__RequestVerificationToken",
                    SignInForms.Hidden(
                        await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                        "__RequestVerificationToken"
                    )
                ),
                new("userId", "ada"),
                new("password", "correct horse battery"),
            ]),
        };
        using var bare = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = portal.BaseAddress,
        };
        foreach (var header in browser.DefaultRequestHeaders)
        {
            form.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        form.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var answer = await bare.SendAsync(form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var session = (await portal.Get<SessionService>().ListAsync(user.Id, default)).Single(s =>
            s.Method == SignInMethod.Password
        );
        Assert.Equal(isBelieved ? "203.0.113.7" : "127.0.0.1", session.Address);
        // Over HTTPS a browser takes the cookie from this host alone.
        var given = answer
            .Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith(isBelieved ? "__Host-portal=" : "portal=", StringComparison.Ordinal));
        Assert.Equal(isBelieved, given.Contains("secure", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("path=/;", given, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", given, StringComparison.OrdinalIgnoreCase);
        using var reading = new HttpRequestMessage(HttpMethod.Get, "/");
        foreach (var header in browser.DefaultRequestHeaders)
        {
            reading.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        reading.Headers.Add("Cookie", given.Split(';')[0]);
        using var home = await bare.SendAsync(reading, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Equal(isBelieved, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(isBelieved, answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task The_keys_that_seal_cookies_are_for_the_portals_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }
        await using var portal = await PortalFixture.StartAsync();
        (await portal.BrowserAsync()).Dispose();

        var folder = Path.Combine(portal.Root, "keys");
        Assert.NotEmpty(Directory.GetFiles(folder));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder)
        );
    }
}
