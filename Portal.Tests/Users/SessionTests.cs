using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Users;

public sealed class SessionTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private readonly AdjustableClock _clock = new();
    private PortalFixture _portal = null!;
    private PortalUser _user = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        _user = await _portal.WithPasswordAsync("ada", Password);
        await Sessions.EndOthersAsync(_user.Id, null, default);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task A_session_says_when_where_and_in_what_browser_it_began()
    {
        using var browser = await SignedInAsync(
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        );

        var session = Assert.Single(await Sessions.ListAsync(_user.Id, default));
        Assert.Equal("Firefox on Linux", session.Browser);
        Assert.Equal("127.0.0.1", session.Address);
        Assert.Equal(SignInMethod.Password, session.Method);
    }

    [Fact]
    public async Task An_ended_session_is_refused_at_the_next_request()
    {
        using var ended = await SignedInAsync();
        using var kept = await SignedInAsync();
        var sessions = await Sessions.ListAsync(_user.Id, default);

        await Sessions.EndAsync(_user.Id, sessions.Min(s => s.Id), default);

        Assert.False(await ended.IsSignedInAsync());
        Assert.True(await kept.IsSignedInAsync());
        using var api = await ended.GetAsync("/v2/users/me/apps", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task A_clock_that_is_put_right_ends_no_session_and_lets_none_live_longer()
    {
        using var kept = await SignedInAsync();
        _clock.Advance(TimeSpan.FromHours(-2));
        Assert.True(await kept.IsSignedInAsync());
        // Used under the earlier clock, it runs out by that one.
        Assert.InRange(
            Assert.Single(await Sessions.ListAsync(_user.Id, default)).LastSeenAt,
            _clock.GetUtcNow().UtcDateTime.AddMinutes(-1),
            _clock.GetUtcNow().UtcDateTime
        );

        _clock.Advance(TimeSpan.FromDays(400));
        using var early = await SignedInAsync();
        Assert.True(await early.IsSignedInAsync());
        _clock.Advance(TimeSpan.FromDays(-400));
        Assert.False(await early.IsSignedInAsync());
    }

    [Fact]
    public async Task The_api_answers_an_ended_session_with_its_envelope()
    {
        using var browser = await SignedInAsync();
        using var readable = await browser.GetAsync("/v2/users/me/apps", TestContext.Current.CancellationToken);
        await Sessions.EndOthersAsync(_user.Id, null, default);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/users/me/apps");
        var answer = await ApiClient.ReadAsync(await browser.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, readable.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Http);
        Assert.Equal((int)StatusCode.NotSignedIn, answer.Code);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_a_copy_of_its_cookie_too()
    {
        using var browser = _portal.NewBrowser();
        using var answer = await browser.PasswordAsync("ada", Password);
        using var copy = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = _portal.BaseAddress,
        };
        copy.DefaultRequestHeaders.Add(
            "Cookie",
            answer
                .Headers.GetValues("Set-Cookie")
                .Single(c => c.StartsWith("portal=", StringComparison.Ordinal))
                .Split(';')[0]
        );
        Assert.True(await copy.IsSignedInAsync());

        using var signOut = new HttpRequestMessage(HttpMethod.Post, "/sign-out")
        {
            Headers = { { "X-Requested-With", "portal" } },
        };
        (await browser.SendAsync(signOut, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Assert.False(await copy.IsSignedInAsync());
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_needs_the_old_one()
    {
        using var mine = await SignedInAsync();
        var session = (await Sessions.ListAsync(_user.Id, default))[0];
        using var other = await SignedInAsync();
        var accounts = _portal.Get<AccountService>();

        await Assert.ThrowsAsync<PortalException>(() =>
            accounts.SetPasswordAsync(_user.Id, session, "wrong horse battery", "another horse battery", default)
        );
        Assert.True(await other.IsSignedInAsync());
        await accounts.SetPasswordAsync(_user.Id, session, Password, "another horse battery", default);

        Assert.False(await other.IsSignedInAsync());
        Assert.True(await mine.IsSignedInAsync());
        Assert.Null((await _portal.Get<CredentialService>().CheckPasswordAsync("ada", Password, null, default)).User);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("eleven char")]
    public async Task A_short_password_is_refused(string password)
    {
        var session = await _portal.FreshSessionAsync(_user.Id);
        var refused = await Assert.ThrowsAsync<PortalException>(() =>
            _portal.Get<AccountService>().SetPasswordAsync(_user.Id, session, null, password, default)
        );
        Assert.Contains("12", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(
            (await _portal.Get<CredentialService>().CheckPasswordAsync("ada", Password, null, default)).User
        );
    }

    [Fact]
    public async Task The_user_id_is_no_password()
    {
        var user = await _portal.Get<UserService>().EnsureAsync("a-long-user-id", default);
        var session = await _portal.FreshSessionAsync(user.Id);
        await Assert.ThrowsAsync<PortalException>(() =>
            _portal.Get<AccountService>().SetPasswordAsync(user.Id, session, null, "A-LONG-user-id", default)
        );
    }

    [Fact]
    public async Task A_link_stands_for_the_password_for_an_hour()
    {
        var session = await _portal.FreshSessionAsync(_user.Id);
        _clock.Advance(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAsync<PortalException>(() =>
            _portal.Get<AccountService>().SetPasswordAsync(_user.Id, session, null, "another horse battery", default)
        );
    }

    [Fact]
    public async Task A_session_that_is_not_used_runs_out_and_one_that_is_used_does_not_last_for_ever()
    {
        using var idle = await SignedInAsync();
        using var busy = await SignedInAsync();
        for (var days = 0; days < 80; days += 20)
        {
            _clock.Advance(TimeSpan.FromDays(20));
            Assert.True(await busy.IsSignedInAsync());
        }
        Assert.False(await idle.IsSignedInAsync());
        _clock.Advance(TimeSpan.FromDays(11));

        Assert.False(await busy.IsSignedInAsync());
    }

    private SessionService Sessions => _portal.Get<SessionService>();

    private async Task<HttpClient> SignedInAsync(string agent = "curl/8")
    {
        var browser = _portal.NewBrowser();
        browser.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        using var answer = await browser.PasswordAsync("ada", Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }
}
