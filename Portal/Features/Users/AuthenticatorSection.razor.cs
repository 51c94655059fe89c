using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Components;
using Portal.Shared.Identity;
using Portal.Shared.Live;

namespace Portal.Features.Users;

public sealed partial class AuthenticatorSection
{
    private enum Asked
    {
        NewCodes,
        TurnOff,
    }

    private AuthenticatorKey? _key;
    private IReadOnlyList<string>? _codes;
    private Asked? _isAsking;
    private string _code = "";
    private string _password = "";
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

    private string RecoveryText =>
        Account.RecoveryCodesLeft switch
        {
            0 => "No recovery code is left: make new ones before you lose your device.",
            1 => "One recovery code is left.",
            var count => string.Create(CultureInfo.CurrentCulture, $"{count} recovery codes are left."),
        };

    private async Task BeginAsync() =>
        _problem = await Attempt.ToAsync(async () =>
            _key = await Accounts.NewAuthenticatorAsync(User.Key, CancellationToken.None)
        );

    private async Task EnableAsync()
    {
        _problem = await Attempt.ToAsync(async () =>
            _codes = await Accounts.EnableAuthenticatorAsync(
                User.Key,
                Session,
                _password,
                _code,
                CancellationToken.None
            )
        );
        if (_problem is not null)
        {
            return;
        }

        await DoneAsync();
    }

    private async Task DoAskedAsync()
    {
        var isOff = _isAsking == Asked.TurnOff;
        _problem = await Attempt.ToAsync(async () =>
        {
            if (isOff)
            {
                await Accounts.DisableAuthenticatorAsync(User.Key, Session, _password, CancellationToken.None);
            }
            else
            {
                _codes = await Accounts.RenewRecoveryCodesAsync(User.Key, Session, _password, CancellationToken.None);
            }
        });
        if (_problem is not null)
        {
            return;
        }

        if (isOff)
        {
            Toasts.Show("The authenticator app is off.", StatusKind.Success);
        }

        await DoneAsync();
    }

    private Task DoneAsync()
    {
        Cancel();
        return OnChange.InvokeAsync();
    }

    private void Ask(Asked what) => _isAsking = what;

    private void Cancel() => (_key, _isAsking, _code, _password, _problem) = (null, null, "", "", null);
}
