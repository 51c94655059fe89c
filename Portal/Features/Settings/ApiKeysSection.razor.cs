using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Settings;

public sealed partial class ApiKeysSection
{
    private IReadOnlyList<ApiKey>? _keys;
    private IReadOnlyList<KeyOfMember> _others = [];
    private string _name = "";
    private bool _isForAll;
    private KeyScope _scope = KeyScope.Manage;
    private int _days;
    private string? _made;
    private string? _problem;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Inject]
    private AccessService Access { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override Task OnInitializedAsync() => LoadAsync();

    /// <summary>The user's own keys that open this app; those of other apps stand on the pages of those.</summary>
    private async Task LoadAsync()
    {
        _keys =
        [
            .. (await Access.ListKeysAsync(Scope.User.Key, CancellationToken.None)).Where(k =>
                k.AppId is null || k.AppId == Scope.AppKey
            ),
        ];
        if (Scope.May(Permission.ManageMembers))
        {
            _others = await Access.ListKeysOfAppAsync(Scope.AppKey, Scope.User.Key, CancellationToken.None);
        }
    }

    private async Task CreateAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.See,
            async () =>
            {
                (_, _made) = await Access.CreateKeyAsync(
                    Scope.User.Key,
                    new NewKey(
                        _name,
                        _isForAll ? null : Scope.AppKey,
                        _scope,
                        _days == 0 ? null : Clock.GetUtcNow().UtcDateTime.AddDays(_days)
                    ),
                    null,
                    CancellationToken.None
                );
                _name = "";
                await LoadAsync();
            }
        );
    }

    private static string Words(KeyScope scope, string who = "you") =>
        scope switch
        {
            KeyScope.Read => "read",
            KeyScope.Label => "read and label",
            _ => $"all that {who} may",
        };

    private async Task RevokeAsync(ApiKey key)
    {
        _problem = await Scope.AttemptAsync(
            Permission.See,
            () => Access.RevokeKeyAsync(Scope.User.Key, key.Id, CancellationToken.None)
        );
        if (_problem is null)
        {
            Toasts.Show($"Revoked the key {key.Name}. Scripts that use it are refused from now on.");
        }

        await LoadAsync();
    }

    private bool CanRevoke(KeyOfMember key) => key.Role is null || key.Role <= Scope.Role;

    private async Task RevokeOfOtherAsync(KeyOfMember key)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageMembers,
            () => Access.RevokeKeyOfAppAsync(Scope.AppKey, Scope.User.Key, key.Key.Id, CancellationToken.None)
        );
        if (_problem is null)
        {
            Toasts.Show(
                $"Revoked the key {key.Key.Name} of {key.UserId}. Scripts that use it are refused from now on."
            );
        }

        await LoadAsync();
    }
}
