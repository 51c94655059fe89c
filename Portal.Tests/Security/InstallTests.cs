using System.Net;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Security;

public sealed class InstallTests
{
    [Fact]
    public async Task A_cookie_of_one_install_opens_no_other()
    {
        await using var one = new PortalApp();
        await using var other = new PortalApp();
        // Both have the same users and the same numbers of sessions, so that only the keys differ.
        using var there = await other.SignedInAsync();
        var signedIn = await PortalApp.SpendAsync(
            one.Browser(),
            await one.Get<AccessService>()
                .CreateSignInTokenAsync((await one.Get<UserService>().EnsureAsync("owner", default)).Id, default)
        );
        var cookie = signedIn
            .Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("portal=", StringComparison.Ordinal))
            .Split(';')[0];

        Assert.Equal(HttpStatusCode.OK, await AskAsync(one, cookie));
        Assert.Equal(HttpStatusCode.Redirect, await AskAsync(other, cookie));
    }

    private static async Task<HttpStatusCode> AskAsync(PortalApp portal, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", cookie);
        using var answer = await portal.Browser().SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
