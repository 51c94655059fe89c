using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.SignIn;

/// <summary>
/// Who gets as far as the REST API. The path asked for does not exist, so being let in shows as the router's own
/// refusal.
/// </summary>
public sealed class ApiAccessTests(PortalApp portal) : IClassFixture<PortalApp>
{
    private const string Path = "/v2/no-such-thing";
    private static readonly HttpStatusCode[] LetIn = [HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed];

    [Theory]
    [InlineData(null, 11009)]
    [InlineData("0000000000000000", 11008)]
    public async Task No_key_and_a_wrong_key_are_told_apart(string? key, int code)
    {
        using var client = portal.Browser();
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", key);
        }

        var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        Assert.Equal(code, (int)body!["status"]!["code"]!);
    }

    [Fact]
    public async Task A_key_opens_the_api_until_it_is_revoked()
    {
        using var client = await portal.WithKeyAsync("keeper");
        var open = await client.PostAsync(Path, null, TestContext.Current.CancellationToken);
        var access = portal.Get<AccessService>();
        var keeper = await portal.Get<UserService>().GetAsync("keeper", TestContext.Current.CancellationToken);
        foreach (var key in await access.ListKeysAsync(keeper.Id, TestContext.Current.CancellationToken))
        {
            await access.RevokeKeyAsync(keeper.Id, key.Id, TestContext.Current.CancellationToken);
        }

        var shut = await client.PostAsync(Path, null, TestContext.Current.CancellationToken);

        Assert.Contains(open.StatusCode, LetIn);
        Assert.Equal(HttpStatusCode.Unauthorized, shut.StatusCode);
    }

    [Fact]
    public async Task A_key_opens_no_page()
    {
        using var client = await portal.WithKeyAsync();

        var answer = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task A_cookie_changes_nothing_through_the_api_without_the_portals_own_header()
    {
        using var browser = await portal.SignedInAsync();

        var reading = await browser.GetAsync(Path, TestContext.Current.CancellationToken);
        var forged = await browser.PostAsync(Path, null, TestContext.Current.CancellationToken);
        browser.DefaultRequestHeaders.Add("X-Requested-With", "portal");
        var own = await browser.PostAsync(Path, null, TestContext.Current.CancellationToken);

        Assert.Contains(reading.StatusCode, LetIn);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        var refusal = await forged.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        Assert.Equal(11007, (int)refusal!["status"]!["code"]!);
        Assert.Contains(own.StatusCode, LetIn);
    }
}
