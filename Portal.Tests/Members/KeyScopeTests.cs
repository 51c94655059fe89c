using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>
/// What an API key may: no more than its scope, than its user's role at that moment, and for no longer than it lasts.
/// </summary>
public sealed class KeyScopeTests : IAsyncLifetime
{
    private const string App = "users/owner/apps/park";
    private const string Concept = """{"concepts":[{"id":"walker"}]}""";
    private readonly AdjustableClock _clock = new();
    private PortalFixture _portal = null!;
    private App _app = null!;
    private PortalUser _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        _owner = await _portal.Get<UserService>().GetAsync(PortalFixture.OwnerId, Ct);
        _app = await _portal.Get<AppService>().CreateAsync(_owner.Id, "park", null, null, Ct);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KeyScope.Read, true, false, false, false)]
    [InlineData(KeyScope.Label, true, true, true, false)]
    [InlineData(KeyScope.Manage, true, true, true, true)]
    public async Task A_key_does_what_its_scope_allows(
        KeyScope scope,
        bool reads,
        bool labels,
        bool reviews,
        bool manages
    )
    {
        using var client = await ClientAsync(_owner, scope);

        Assert.Equal(reads, await MayAsync(client, HttpMethod.Get, $"{App}/inputs"));
        Assert.Equal(labels, await MayAsync(client, HttpMethod.Post, $"{App}/decisions"));
        Assert.Equal(reviews, await MayAsync(client, HttpMethod.Post, $"{App}/work-batches/review"));
        Assert.Equal(manages, await MayAsync(client, HttpMethod.Post, $"{App}/concepts"));
        Assert.Equal(manages, await MayAsync(client, HttpMethod.Post, "users/me/apps"));
    }

    [Fact]
    public async Task The_refusal_names_the_scope_and_what_to_do()
    {
        using var client = await ClientAsync(_owner, KeyScope.Read);

        var refused = await client.SendAsync(HttpMethod.Post, $"{App}/concepts", Concept);

        Assert.Equal((403, 11007), ((int)refused.Http, refused.Code));
        Assert.Contains("scope read", refused.Details, StringComparison.Ordinal);
        Assert.Contains("wider scope", refused.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_loses_what_its_user_loses_at_once()
    {
        var mia = await MemberAsync("mia", Role.Manager);
        using var client = await ClientAsync(mia, KeyScope.Manage);
        await client.SendAsync(HttpMethod.Post, $"{App}/concepts", Concept).OkAsync();

        await _portal.Get<MembershipService>().ChangeRoleAsync(_app.Id, _owner.Id, mia.Id, Role.Viewer, Ct);
        Assert.Equal(403, (int)(await client.SendAsync(HttpMethod.Post, $"{App}/concepts", Concept)).Http);
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, $"{App}/concepts", null)).Http);

        await _portal.Get<MembershipService>().RemoveAsync(_app.Id, _owner.Id, mia.Id, Ct);
        Assert.Equal(404, (int)(await client.SendAsync(HttpMethod.Get, $"{App}/concepts", null)).Http);
    }

    [Fact]
    public async Task A_key_of_one_app_opens_its_short_paths_no_longer_than_its_user_is_a_member()
    {
        var mia = await MemberAsync("mia", Role.Viewer);
        using var client = await ClientAsync(mia, KeyScope.Manage, _app.Id);
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, "concepts", null)).Http);
        Assert.Equal(403, (int)(await client.SendAsync(HttpMethod.Post, "concepts", Concept)).Http);

        await _portal.Get<MembershipService>().LeaveAsync(_app.Id, mia.Id, Ct);

        Assert.Equal(404, (int)(await client.SendAsync(HttpMethod.Get, "concepts", null)).Http);
    }

    [Fact]
    public async Task A_key_ends_on_its_day()
    {
        using var client = await ClientAsync(
            _owner,
            KeyScope.Read,
            expiresAt: _clock.GetUtcNow().UtcDateTime.AddDays(30)
        );
        _clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, $"{App}/concepts", null)).Http);

        _clock.Advance(TimeSpan.FromDays(2));

        var ended = await client.SendAsync(HttpMethod.Get, $"{App}/concepts", null);
        Assert.Equal((401, 11008), ((int)ended.Http, ended.Code));
    }

    [Fact]
    public async Task A_member_lists_the_apps_of_others_under_their_own_path_and_under_the_owners()
    {
        var mia = await MemberAsync("mia", Role.Viewer);
        using var client = await ClientAsync(mia, KeyScope.Read);

        foreach (var path in (string[])["users/me/apps", "users/owner/apps"])
        {
            var app = Assert.Single(
                (await client.SendAsync(HttpMethod.Get, path, null).OkAsync())["apps"].EnumerateArray()
            );
            Assert.Equal(
                ("park", "owner"),
                (app.GetProperty("id").GetString(), app.GetProperty("user_id").GetString())
            );
        }
        Assert.Equal(
            403,
            (int)
                (
                    await client.SendAsync(
                        HttpMethod.Patch,
                        "users/owner/apps",
                        """{"apps":[{"id":"park","name":"mine now"}]}"""
                    )
                ).Http
        );
        Assert.Equal(
            404,
            (int)
                (
                    await client.SendAsync(
                        HttpMethod.Patch,
                        "users/owner/apps",
                        """{"apps":[{"id":"other","name":"mine now"}]}"""
                    )
                ).Http
        );
    }

    /// <summary>Whether a request gets past who may send it; what it holds is nonsense.</summary>
    private static async Task<bool> MayAsync(HttpClient client, HttpMethod method, string path) =>
        (int)(await client.SendAsync(method, path, method == HttpMethod.Get ? null : "{}")).Http != 403;

    private async Task<HttpClient> ClientAsync(
        PortalUser user,
        KeyScope scope,
        long? appId = null,
        DateTime? expiresAt = null
    ) =>
        _portal.ClientWith(
            (
                await _portal
                    .Get<AccessService>()
                    .CreateKeyAsync(user.Id, new NewKey("test", appId, scope, expiresAt), null, Ct)
            ).Key
        );

    private async Task<PortalUser> MemberAsync(string userId, Role role)
    {
        var user = await _portal.Get<UserService>().EnsureAsync(userId, Ct);
        var token = await _portal
            .Get<InvitationService>()
            .CreateAsync(_app.Id, _owner.Id, role, TimeSpan.FromDays(1), Ct);
        await _portal.Get<InvitationService>().JoinAsync(token, user.Id, Ct);
        return user;
    }
}
