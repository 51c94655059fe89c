using System.Net;
using System.Text.RegularExpressions;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;

namespace Portal.Tests.Support;

/// <summary>Signs in as a browser does: opens the page, fills its form, presses its button.</summary>
internal static partial class SignInForms
{
    /// <summary>A browser that keeps cookies and follows no redirect.</summary>
    public static HttpClient NewBrowser(this PortalFixture portal) =>
        new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = portal.BaseAddress };

    public static async Task<HttpResponseMessage> SubmitAsync(
        this HttpClient browser,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        var page = await browser.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);
        var antiforgery = Hidden(page, "__RequestVerificationToken");
        using var form = new FormUrlEncodedContent([
            new("__RequestVerificationToken", antiforgery),
            .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)),
        ]);
        return await browser.PostAsync(path, form, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> PasswordAsync(
        this HttpClient browser,
        string userId,
        string password,
        string returnUrl = ""
    ) => browser.SubmitAsync("/sign-in/password", ("userId", userId), ("password", password), ("returnUrl", returnUrl));

    public static Task<HttpResponseMessage> LinkAsync(this HttpClient browser, string token) =>
        browser.SubmitAsync("/sign-in", ("token", token));

    /// <summary>The value of a hidden field of a page.</summary>
    public static string Hidden(string page, string name) =>
        WebUtility.HtmlDecode(
            HiddenField().Matches(page).First(m => m.Groups["name"].Value == name).Groups["value"].Value
        );

    /// <summary>A user who has a password, made if there is none.</summary>
    public static async Task<PortalUser> WithPasswordAsync(this PortalFixture portal, string userId, string password)
    {
        var user = await portal.Get<UserService>().EnsureAsync(userId, default);
        await portal
            .Get<AccountService>()
            .SetPasswordAsync(user.Id, await portal.FreshSessionAsync(user.Id), null, password, default);
        return user;
    }

    /// <summary>A session that began with a link just now.</summary>
    public static Task<Session> FreshSessionAsync(this PortalFixture portal, long userKey) =>
        portal.Get<SessionService>().StartAsync(userKey, SignInMethod.Link, "127.0.0.1", "A program", default);

    /// <summary>Whether the browser is let in.</summary>
    public static async Task<bool> IsSignedInAsync(this HttpClient browser)
    {
        using var answer = await browser.GetAsync("/", TestContext.Current.CancellationToken);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)" """)]
    private static partial Regex HiddenField();
}
