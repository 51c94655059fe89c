using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;

namespace Portal.Features.Users;

/// <summary>How one signs in oneself: password, authenticator app, and where one is signed in.</summary>
public sealed partial class AccountPage : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private Account? _account;
    private Session? _session;
    private IReadOnlyList<Session> _sessions = [];
    private bool _needsProof;

    [CascadingParameter]
    public CurrentUser User { get; set; } = null!;

    [Inject]
    private AccountService Accounts { get; set; } = null!;

    [Inject]
    private SessionService Sessions { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _sessions = await Sessions.ListAsync(User.Key, _left.Token);
        _session = _sessions.FirstOrDefault(s => s.Id == User.SessionKey);
        _account = await Accounts.GetAsync(User.Key, _left.Token);
        _needsProof = _session?.IsFreshFromLink(Clock.GetUtcNow().UtcDateTime) == false;
    }
}
