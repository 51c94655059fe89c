using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.SignIn;

public sealed partial class PasswordSignInTests(PasswordSignInTests.ClockedPortal clocked)
    : IClassFixture<PasswordSignInTests.ClockedPortal>
{
    private const string Password = "correct horse battery";
    private static int s_users;
    private readonly PortalFixture _portal = clocked.Portal;
    private readonly string _userId = $"person-{Interlocked.Increment(ref s_users)}";

    [Fact]
    public async Task The_right_password_signs_in_and_goes_where_one_came_from()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        using var browser = _portal.NewBrowser();

        using var refused = await browser.PasswordAsync(_userId, "wrong horse battery");
        using var answer = await browser.PasswordAsync(
            _userId.ToUpperInvariant(),
            Password,
            "/apps/owner/park/review?concept=runner"
        );

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("/apps/owner/park/review?concept=runner", answer.Headers.Location?.OriginalString);
        Assert.True(await browser.IsSignedInAsync());
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_to_no_other_site(string returnUrl)
    {
        await _portal.WithPasswordAsync(_userId, Password);
        using var browser = _portal.NewBrowser();

        using var answer = await browser.PasswordAsync(_userId, Password, returnUrl);

        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Nobody_learns_which_users_exist()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        await _portal.Get<UserService>().EnsureAsync($"{_userId}-linked", default);
        using var browser = _portal.NewBrowser();
        var answers = new List<(HttpStatusCode, string)>();
        var work = new List<int>();

        foreach (var userId in (string[])[_userId, $"{_userId}-linked", $"{_userId}-unknown"])
        {
            var before = clocked.Hasher.Verified;
            using var answer = await browser.PasswordAsync(userId, "wrong horse battery");
            var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            answers.Add(
                (answer.StatusCode, AntiforgeryToken().Replace(page, "").Replace(userId, "", StringComparison.Ordinal))
            );
            work.Add(clocked.Hasher.Verified - before);
        }

        Assert.Single(answers.Distinct());
        Assert.Equal([1, 1, 1], work);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_a_time_that_grows()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        using var browser = _portal.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            (await browser.PasswordAsync(_userId, "wrong horse battery")).Dispose();
        }

        Assert.False(await SignsInAsync(Password));
        clocked.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await SignsInAsync("wrong horse battery"));
        clocked.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await SignsInAsync(Password));
        clocked.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await SignsInAsync(Password));

        // Signed in, the row of wrong ones is over.
        Assert.False(await SignsInAsync("wrong horse battery"));
        Assert.True(await SignsInAsync(Password));
    }

    [Fact]
    public async Task Wrong_passwords_at_the_same_time_all_count()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        var credentials = _portal.Get<CredentialService>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    Task.Run(() => credentials.CheckPasswordAsync(_userId, "wrong horse battery", null, default))
                )
        );

        Assert.Null((await credentials.CheckPasswordAsync(_userId, Password, null, default)).User);
    }

    [Fact]
    public async Task Whoever_guesses_cannot_keep_a_person_out_of_the_browser_they_use()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        await _portal.WithPasswordAsync($"{_userId}-other", Password);
        using var known = _portal.NewBrowser();
        (await known.PasswordAsync(_userId, Password)).Dispose();
        using var guesser = _portal.NewBrowser();
        (await guesser.PasswordAsync($"{_userId}-other", Password)).Dispose();
        for (var i = 0; i < 5; i++)
        {
            (await guesser.PasswordAsync(_userId, "wrong horse battery")).Dispose();
        }

        using var locked = await guesser.PasswordAsync(_userId, Password);
        using var wrong = await known.PasswordAsync(_userId, "wrong horse battery");
        using var right = await known.PasswordAsync(_userId, Password);

        // To be known as somebody else opens nothing.
        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task Guessing_in_a_known_browser_locks_that_browser_alone()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        using var stolen = _portal.NewBrowser();
        (await stolen.PasswordAsync(_userId, Password)).Dispose();
        for (var i = 0; i < 5; i++)
        {
            (await stolen.PasswordAsync(_userId, "wrong horse battery")).Dispose();
        }

        using var locked = await stolen.PasswordAsync(_userId, Password);
        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        Assert.True(await SignsInAsync(Password));
        clocked.Clock.Advance(TimeSpan.FromMinutes(1));
        using var open = await stolen.PasswordAsync(_userId, Password);
        Assert.Equal(HttpStatusCode.Redirect, open.StatusCode);
    }

    [Fact]
    public async Task A_lock_does_not_outlast_a_clock_that_was_set_back()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        var credentials = _portal.Get<CredentialService>();
        clocked.Clock.Advance(TimeSpan.FromDays(400));
        for (var i = 0; i < 5; i++)
        {
            await credentials.CheckPasswordAsync(_userId, "wrong horse battery", null, default);
        }

        Assert.Null((await credentials.CheckPasswordAsync(_userId, Password, null, default)).User);

        clocked.Clock.Advance(TimeSpan.FromDays(-400));

        Assert.NotNull((await credentials.CheckPasswordAsync(_userId, Password, null, default)).User);
    }

    [Fact]
    public async Task A_code_is_asked_for_after_the_password_and_counts_once()
    {
        var key = await WithAuthenticatorAsync();
        using var browser = _portal.NewBrowser();

        var ticket = await TicketAsync(browser);
        Assert.False(await browser.IsSignedInAsync());
        using var wrong = await CodeAsync(browser, ticket, "000000");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        var code = CodeNow(key);
        using var right = await CodeAsync(browser, ticket, code);
        using var again = await CodeAsync(_portal.NewBrowser(), ticket, code);

        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.True(await browser.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task A_recovery_code_works_once_and_is_kept_as_a_hash()
    {
        var recovery = new List<string>();
        await WithAuthenticatorAsync(recovery);
        using var browser = _portal.NewBrowser();
        var ticket = await TicketAsync(browser);

        using var first = await CodeAsync(browser, ticket, recovery[3].ToLowerInvariant());
        using var second = await CodeAsync(browser, ticket, recovery[3]);

        Assert.Equal(10, recovery.Count);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        var user = await _portal.Get<UserService>().GetAsync(_userId, default);
        Assert.Equal(9, (await _portal.Get<AccountService>().GetAsync(user.Id, default)).RecoveryCodesLeft);
        var stored = await StoredAsync();
        Assert.True(stored.AsSpan().IndexOf("RecoveryCodes"u8) >= 0);
        Assert.True(stored.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(recovery[5])) < 0);
    }

    /// <summary>
    /// The database as bytes. SQLite may move its log into it, and delete the log, at any time: what is gone from there
    /// is in it by then.
    /// </summary>
    private async Task<byte[]> StoredAsync()
    {
        using var stored = new MemoryStream();
        foreach (var name in new[] { "portal.db-wal", "portal.db" })
        {
            try
            {
                await using var file = new FileStream(
                    Path.Combine(_portal.Root, name),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
                await file.CopyToAsync(stored, TestContext.Current.CancellationToken);
            }
            catch (FileNotFoundException) when (name == "portal.db-wal") { }
        }
        return stored.ToArray();
    }

    [Fact]
    public async Task Guessing_codes_locks_the_account_even_for_who_knows_the_password()
    {
        var key = await WithAuthenticatorAsync();
        using var browser = _portal.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            (await CodeAsync(browser, await TicketAsync(browser), "000000")).Dispose();
        }

        using var locked = await browser.PasswordAsync(_userId, Password);
        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        clocked.Clock.Advance(TimeSpan.FromMinutes(1));
        using var open = await CodeAsync(browser, await TicketAsync(browser), CodeNow(key));
        Assert.Equal(HttpStatusCode.Redirect, open.StatusCode);
    }

    [Fact]
    public async Task The_right_password_is_remembered_for_five_minutes_and_cannot_be_made_up()
    {
        var key = await WithAuthenticatorAsync();
        using var browser = _portal.NewBrowser();
        var ticket = await TicketAsync(browser);
        using var madeUp = await CodeAsync(browser, "1 2", CodeNow(key));
        clocked.Clock.Advance(TimeSpan.FromMinutes(6));
        using var late = await CodeAsync(browser, ticket, CodeNow(key));

        Assert.Equal(HttpStatusCode.Unauthorized, madeUp.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_form_from_elsewhere_cannot_sign_in()
    {
        await _portal.WithPasswordAsync(_userId, Password);
        using var browser = _portal.NewBrowser();
        using var form = new FormUrlEncodedContent([new("userId", _userId), new("password", Password)]);

        using var answer = await browser.PostAsync("/sign-in/password", form, TestContext.Current.CancellationToken);

        // Whoever left the page open for too long gets a new one.
        Assert.Equal("/sign-in", answer.Headers.Location?.OriginalString);
        Assert.False(await browser.IsSignedInAsync());
    }

    private async Task<bool> SignsInAsync(string password)
    {
        using var browser = _portal.NewBrowser();
        using var answer = await browser.PasswordAsync(_userId, password);
        return answer.StatusCode == HttpStatusCode.Redirect;
    }

    private async Task<byte[]> WithAuthenticatorAsync(List<string>? recovery = null)
    {
        var user = await _portal.WithPasswordAsync(_userId, Password);
        var accounts = _portal.Get<AccountService>();
        var key = Base32.Decode((await accounts.NewAuthenticatorAsync(user.Id, default)).Secret);
        recovery ??= [];
        recovery.AddRange(
            await accounts.EnableAuthenticatorAsync(
                user.Id,
                await _portal.FreshSessionAsync(user.Id),
                null,
                CodeNow(key),
                default
            )
        );
        // The next step, since the code of this one is spent.
        clocked.Clock.Advance(TimeSpan.FromSeconds(30));
        return key;
    }

    private string CodeNow(byte[] key) => OneTimeCode.At(key, OneTimeCode.StepAt(clocked.Clock.GetUtcNow()));

    private async Task<string> TicketAsync(HttpClient browser)
    {
        using var answer = await browser.PasswordAsync(_userId, Password);
        return SignInForms.Hidden(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            "ticket"
        );
    }

    private static Task<HttpResponseMessage> CodeAsync(HttpClient browser, string ticket, string code) =>
        browser.SubmitAsync("/sign-in/code", ("ticket", ticket), ("code", code));

    [GeneratedRegex("""(?<=name="__RequestVerificationToken" value=")[^"]*""")]
    private static partial Regex AntiforgeryToken();

    public sealed class ClockedPortal : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;
        internal AdjustableClock Clock { get; } = new();
        internal CountingHasher Hasher { get; } = new();

        public async ValueTask InitializeAsync() =>
            Portal = await PortalFixture.StartAsync(
                services =>
                    services.AddSingleton<TimeProvider>(Clock).AddSingleton<IPasswordHasher<PortalUser>>(Hasher),
                ("Limits:SignInTriesPerMinute", "1000"),
                ("Limits:SignInTriesPerAddressPerMinute", "1000")
            );

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }

    /// <summary>Counts how often a password is hashed to be compared, which is what takes the time.</summary>
    internal sealed class CountingHasher : PasswordHasher<PortalUser>
    {
        private int _verified;

        public int Verified => _verified;

        public override PasswordVerificationResult VerifyHashedPassword(
            PortalUser user,
            string hashedPassword,
            string providedPassword
        )
        {
            Interlocked.Increment(ref _verified);
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
