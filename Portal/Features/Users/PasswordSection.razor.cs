using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Components;
using Portal.Shared.Identity;
using Portal.Shared.Live;

namespace Portal.Features.Users;

public sealed partial class PasswordSection
{
    private string _current = "";
    private string _new = "";
    private bool _isShown;
    private string? _problem;

    [Parameter, EditorRequired]
    public CurrentUser User { get; set; } = null!;

    [Parameter, EditorRequired]
    public Account Account { get; set; } = null!;

    [Parameter, EditorRequired]
    public Session Session { get; set; } = null!;

    /// <summary>Whether the current password has to be given; not when the session is fresh from a link.</summary>
    [Parameter]
    public bool NeedsProof { get; set; }

    [Parameter]
    public EventCallback OnChange { get; set; }

    [Inject]
    private AccountService Accounts { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    private bool CannotSet => NeedsProof && !Account.HasPassword;

    private async Task SaveAsync()
    {
        _problem = await Attempt.ToAsync(() =>
            Accounts.SetPasswordAsync(User.Key, Session, _current, _new, CancellationToken.None)
        );
        if (_problem is not null)
        {
            return;
        }

        (_current, _new) = ("", "");
        Toasts.Show(
            Account.HasPassword ? "Changed your password. Every other session has ended." : "You have a password now.",
            StatusKind.Success
        );
        await OnChange.InvokeAsync();
    }
}
