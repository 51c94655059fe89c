using System.Net;
using System.Text.RegularExpressions;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>Joining an app by a link, through the pages a browser sees.</summary>
public sealed partial class InvitationTests(PortalApp portal) : IClassFixture<PortalApp>
{
    private static int s_apps;

    [Fact]
    public async Task Somebody_new_takes_an_id_and_is_in()
    {
        var (app, token) = await InviteAsync(Role.Annotator);
        using var browser = portal.Browser();

        var answer = await SpendAsync(browser, token, "mia");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/apps/owner/{app.ExternalId}/explorer", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(answer.Headers.Location, Ct)).StatusCode);
        Assert.Equal(Role.Annotator, await RoleAsync(app, "mia"));
    }

    [Fact]
    public async Task Who_is_signed_in_just_joins()
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        using var browser = await portal.SignedInAsync("noa");
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await browser.GetAsync($"/apps/owner/{app.ExternalId}/explorer", Ct)).StatusCode
        );

        Assert.Equal(HttpStatusCode.Redirect, (await SpendAsync(browser, token, null)).StatusCode);

        Assert.Equal(
            HttpStatusCode.OK,
            (await browser.GetAsync($"/apps/owner/{app.ExternalId}/explorer", Ct)).StatusCode
        );
    }

    [Fact]
    public async Task A_link_works_once_and_opening_it_changes_nothing()
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        using var browser = portal.Browser();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/invitation?token={token}", Ct)).StatusCode);
        }

        var first = await SpendAsync(browser, token, "first");
        using var other = portal.Browser();
        var second = await SpendAsync(other, token, "second", await FormOfAnotherAsync(other));

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        Assert.Contains("no longer works", await second.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Null(await portal.Get<UserService>().FindAsync("second", Ct));
        Assert.Equal(2, (await portal.Get<MembershipService>().ListAsync(app.Id, Ct)).Count);
    }

    [Theory]
    [InlineData("OWNER", "taken")]
    [InlineData("me", "not &#x27;me&#x27;")]
    [InlineData("", "Choose a user id")]
    [InlineData("a b", "cannot be used")]
    public async Task A_bad_id_is_refused_and_the_link_still_works(string userId, string reason)
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        using var browser = portal.Browser();

        var refused = await SpendAsync(browser, token, userId);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(reason, await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await SpendAsync(browser, token, $"good-{app.ExternalId}")).StatusCode);
    }

    [Fact]
    public async Task A_withdrawn_link_and_one_of_a_deleted_app_are_dead()
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        var invitations = portal.Get<InvitationService>();
        await invitations.WithdrawAsync(app.Id, Assert.Single(await invitations.ListAsync(app.Id, Ct)).Id, Ct);
        var (gone, other) = await InviteAsync(Role.Viewer);
        await portal.Get<AppService>().DeleteAsync(gone.Id, Ct);

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await portal.Browser().GetAsync($"/invitation?token={token}", Ct)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await portal.Browser().GetAsync($"/invitation?token={other}", Ct)).StatusCode
        );
        Assert.Empty(await invitations.ListAsync(app.Id, Ct));
    }

    [Fact]
    public async Task Nobody_withdraws_the_invitation_of_another_app()
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        var (other, _) = await InviteAsync(Role.Viewer);
        var invitations = portal.Get<InvitationService>();
        var id = Assert.Single(await invitations.ListAsync(app.Id, Ct)).Id;

        await Assert.ThrowsAsync<PortalException>(() => invitations.WithdrawAsync(other.Id, id, Ct));
        Assert.NotNull(await invitations.FindAsync(token, Ct));
    }

    [Fact]
    public async Task A_form_from_elsewhere_joins_nobody()
    {
        var (app, token) = await InviteAsync(Role.Viewer);
        using var browser = await portal.SignedInAsync("lea");

        var forged = await browser.PostAsync("/invitation", new FormUrlEncodedContent([new("token", token)]), Ct);

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Null(await RoleAsync(app, "lea"));
    }

    [Fact]
    public async Task The_token_is_stored_as_a_hash_only()
    {
        var (_, token) = await InviteAsync(Role.Viewer);
        await using var db = await portal
            .Get<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>()
            .CreateDbContextAsync(Ct);
        Assert.DoesNotContain(db.Invitations.AsEnumerable(), i => i.Hash.Contains(token, StringComparison.Ordinal));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<(App App, string Token)> InviteAsync(Role role)
    {
        var app = await portal.AppAsync("owner", $"invited-{Interlocked.Increment(ref s_apps)}");
        return (
            app,
            await portal.Get<InvitationService>().CreateAsync(app.Id, app.OwnerId, role, TimeSpan.FromDays(1), Ct)
        );
    }

    private async Task<Role?> RoleAsync(App app, string userId) =>
        await portal.Get<UserService>().FindAsync(userId, Ct) is { } user
        && (await portal.Get<MembershipService>().RolesAsync(user.Id, Ct)).TryGetValue(app.Id, out var role)
            ? role
            : null;

    private static async Task<HttpResponseMessage> SpendAsync(
        HttpClient browser,
        string token,
        string? userId,
        (string Name, string Value)? antiforgery = null
    )
    {
        var (name, value) = antiforgery ?? Read(await browser.GetStringAsync($"/invitation?token={token}", Ct));
        return await browser.PostAsync(
            "/invitation",
            new FormUrlEncodedContent([new(name, value), new("token", token), new("user_id", userId ?? "")]),
            Ct
        );
    }

    /// <summary>Another invitation has a form still, where the spent one has none.</summary>
    private async Task<(string Name, string Value)> FormOfAnotherAsync(HttpClient browser) =>
        Read(await browser.GetStringAsync($"/invitation?token={(await InviteAsync(Role.Viewer)).Token}", Ct));

    private static (string Name, string Value) Read(string page)
    {
        var field = AntiforgeryField().Match(page);
        return (field.Groups["name"].Value, field.Groups["value"].Value);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>__[^"]*)" value="(?<value>[^"]*)" """)]
    private static partial Regex AntiforgeryField();
}
