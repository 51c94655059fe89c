using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>Nobody gives or takes a role above their own, and an app always has an owner.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private CoreHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CoreHost.StartAsync(workers: false);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private MembershipService Members => _host.Get<MembershipService>();

    private long AppId => _host.App.Id;

    [Fact]
    public async Task Who_makes_an_app_owns_it_and_nobody_else_is_in_it()
    {
        Assert.Equal([("owner", Role.Owner)], (await Members.ListAsync(AppId, Ct)).Select(m => (m.UserId, m.Role)));
        Assert.Null(await RoleAsync((await _host.UserAsync("somebody")).Id));
    }

    [Fact]
    public async Task A_manager_gives_and_takes_roles_up_to_manager()
    {
        var manager = await MemberAsync("mia", Role.Manager);
        var other = await MemberAsync("noa", Role.Viewer);

        await Members.ChangeRoleAsync(AppId, manager, other, Role.Manager, Ct);
        Assert.Equal(Role.Manager, await RoleAsync(other));

        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role owner",
            () => Members.ChangeRoleAsync(AppId, manager, other, Role.Owner, Ct)
        );
        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role owner",
            () => Members.ChangeRoleAsync(AppId, manager, manager, Role.Owner, Ct)
        );
        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role owner",
            () => Members.ChangeRoleAsync(AppId, manager, _host.User.Id, Role.Viewer, Ct)
        );
        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role owner",
            () => Members.RemoveAsync(AppId, manager, _host.User.Id, Ct)
        );
        await RefusedAsync(StatusCode.InsufficientScopes, "role owner", () => InviteAsync(manager, Role.Owner));
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Annotator)]
    [InlineData(Role.Reviewer)]
    public async Task Who_is_no_manager_changes_no_membership_but_their_own_end(Role role)
    {
        var member = await MemberAsync("mia", role);
        var other = await MemberAsync("noa", Role.Viewer);

        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role manager",
            () => Members.ChangeRoleAsync(AppId, member, member, Role.Manager, Ct)
        );
        await RefusedAsync(
            StatusCode.InsufficientScopes,
            "role manager",
            () => Members.RemoveAsync(AppId, member, other, Ct)
        );
        await RefusedAsync(StatusCode.InsufficientScopes, "role manager", () => InviteAsync(member, Role.Viewer));

        await Members.LeaveAsync(AppId, member, Ct);
        Assert.Null(await RoleAsync(member));
    }

    [Fact]
    public async Task Somebody_from_outside_is_told_of_no_app()
    {
        var stranger = (await _host.UserAsync("stranger")).Id;
        await RefusedAsync(
            StatusCode.DoesNotExist,
            "no such app",
            () => Members.ChangeRoleAsync(AppId, stranger, stranger, Role.Owner, Ct)
        );
        await RefusedAsync(StatusCode.DoesNotExist, "no such app", () => InviteAsync(stranger, Role.Viewer));
    }

    [Fact]
    public async Task The_last_owner_neither_leaves_nor_steps_down_until_there_is_another()
    {
        var owner = _host.User.Id;
        await RefusedAsync(StatusCode.InvalidRequest, "only owner", () => Members.LeaveAsync(AppId, owner, Ct));
        await RefusedAsync(StatusCode.InvalidRequest, "only owner", () => Members.RemoveAsync(AppId, owner, owner, Ct));
        await RefusedAsync(
            StatusCode.InvalidRequest,
            "only owner",
            () => Members.ChangeRoleAsync(AppId, owner, owner, Role.Manager, Ct)
        );

        var second = await MemberAsync("mia", Role.Owner);
        await Members.ChangeRoleAsync(AppId, owner, owner, Role.Manager, Ct);
        await RefusedAsync(StatusCode.InvalidRequest, "only owner", () => Members.LeaveAsync(AppId, second, Ct));
    }

    [Fact]
    public async Task Of_two_owners_who_leave_at_once_one_stays()
    {
        var second = await MemberAsync("mia", Role.Owner);

        var left = await Task.WhenAll(
            new[] { _host.User.Id, second }.Select(owner =>
                Task.Run(async () =>
                {
                    try
                    {
                        await Members.LeaveAsync(AppId, owner, Ct);
                        return true;
                    }
                    catch (PortalException e) when (e.Code == StatusCode.InvalidRequest)
                    {
                        return false;
                    }
                })
            )
        );

        Assert.Single(left, hasLeft => hasLeft);
        Assert.Single(await Members.ListAsync(AppId, Ct), m => m.Role == Role.Owner);
    }

    [Fact]
    public async Task An_invitation_gives_a_member_the_higher_of_both_roles()
    {
        var member = await MemberAsync("mia", Role.Reviewer);

        await _host.Get<InvitationService>().JoinAsync(await InviteAsync(_host.User.Id, Role.Viewer), member, Ct);
        Assert.Equal(Role.Reviewer, await RoleAsync(member));

        await _host.Get<InvitationService>().JoinAsync(await InviteAsync(_host.User.Id, Role.Manager), member, Ct);
        Assert.Equal(Role.Manager, await RoleAsync(member));
    }

    [Fact]
    public async Task An_invitation_falls_with_the_role_of_who_made_it()
    {
        var manager = await MemberAsync("mia", Role.Manager);
        var token = await InviteAsync(manager, Role.Manager);
        await Members.ChangeRoleAsync(AppId, _host.User.Id, manager, Role.Viewer, Ct);
        var newcomer = (await _host.UserAsync("noa")).Id;

        Assert.Null(await _host.Get<InvitationService>().FindAsync(token, Ct));
        await RefusedAsync(
            StatusCode.DoesNotExist,
            "invitation",
            () => _host.Get<InvitationService>().JoinAsync(token, newcomer, Ct)
        );
        Assert.Null(await RoleAsync(newcomer));
    }

    private async Task<Role?> RoleAsync(long userId) =>
        (await Members.RolesAsync(userId, Ct)).TryGetValue(AppId, out var role) ? role : null;

    private Task<string> InviteAsync(long actor, Role role) =>
        _host.Get<InvitationService>().CreateAsync(AppId, actor, role, TimeSpan.FromDays(1), Ct);

    private async Task<long> MemberAsync(string userId, Role role)
    {
        var user = await _host.UserAsync(userId);
        await _host.Get<InvitationService>().JoinAsync(await InviteAsync(_host.User.Id, role), user.Id, Ct);
        return user.Id;
    }

    private static async Task RefusedAsync(StatusCode code, string words, Func<Task> action)
    {
        var refusal = await Assert.ThrowsAsync<PortalException>(action);
        Assert.Equal(code, refusal.Code);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
