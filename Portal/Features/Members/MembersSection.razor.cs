using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Members;

public sealed partial class MembersSection
{
    private IReadOnlyList<Member> _members = [];
    private IReadOnlyList<OpenInvitation> _invitations = [];
    private Role _role = Role.Annotator;
    private int _days = 7;
    private string? _link;
    private string? _problem;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Inject]
    private MembershipService Members { get; set; } = null!;

    [Inject]
    private InvitationService Invitations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    private IEnumerable<Role> Reachable => Enum.GetValues<Role>().Where(role => role <= Scope.Role);

    // The page around reads again when memberships change, and this with it.
    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _members = await Members.ListAsync(Scope.AppKey, CancellationToken.None);
        if (Scope.May(Permission.ManageMembers))
        {
            _invitations = await Invitations.ListAsync(Scope.AppKey, CancellationToken.None);
        }
    }

    private bool CanChange(Member member) =>
        Scope.May(Permission.ManageMembers) && member.Role <= Scope.Role && !IsLastOwner(member);

    private bool IsLastOwner(Member member) =>
        member.Role == Role.Owner && _members.Count(m => m.Role == Role.Owner) == 1;

    private async Task ChangeRoleAsync(Member member, Role role)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageMembers,
            () => Members.ChangeRoleAsync(Scope.AppKey, Scope.User.Key, member.UserKey, role, CancellationToken.None)
        );
        await LoadAsync();
    }

    private async Task RemoveAsync(Member member)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageMembers,
            () => Members.RemoveAsync(Scope.AppKey, Scope.User.Key, member.UserKey, CancellationToken.None)
        );
        if (_problem is null)
        {
            Toasts.Show($"Removed {member.UserId}. Invite them again to undo it.");
        }

        await LoadAsync();
    }

    private async Task LeaveAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.See,
            () => Members.LeaveAsync(Scope.AppKey, Scope.User.Key, CancellationToken.None)
        );
        if (_problem is null)
        {
            Navigation.NavigateTo("/");
        }
    }

    private async Task InviteAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageMembers,
            async () =>
            {
                var token = await Invitations.CreateAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    _role,
                    TimeSpan.FromDays(_days),
                    CancellationToken.None
                );
                _link = Navigation.ToAbsoluteUri($"{InvitationApi.Path}?token={token}").ToString();
                await LoadAsync();
            }
        );
    }

    private async Task WithdrawAsync(OpenInvitation invitation)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageMembers,
            () => Invitations.WithdrawAsync(Scope.AppKey, invitation.Id, CancellationToken.None)
        );
        _link = null;
        await LoadAsync();
    }
}
