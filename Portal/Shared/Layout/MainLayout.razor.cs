using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Identity;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Shared.Layout;

/// <summary>
/// The frame around every page: top bar, navigation menu, toasts. Finds the app that the address names and cascades it
/// as <see cref="AppScope"/>.
/// </summary>
public sealed partial class MainLayout
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _left = new();
    private CurrentUser? _user;
    private AppScope? _scope;
    private IReadOnlyList<AppOverview> _overviews = [];
    private (string Owner, string App)? _address;
    private string? _problem;
    private bool _isInApp;
    private string _path = "";
    private string _section = "";
    private string _theme = "system";
    private bool _showsKeys;
    private ErrorBoundary? _boundary;
    private ChangeWatch? _watch;
    private IJSObjectReference? _frame;
    private DotNetObjectReference<MainLayout>? _self;

    [Inject]
    private AppService Apps { get; set; } = null!;

    [Inject]
    private MembershipService Members { get; set; } = null!;

    [Inject]
    private SiteOwner SiteOwner { get; set; } = null!;

    [Inject]
    private ChangeFeed Changes { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private Reader Reader { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    /// <summary>Null where no page matched the address.</summary>
    [CascadingParameter]
    private Microsoft.AspNetCore.Components.RouteData? Route { get; set; }

    private AppOverview? Overview => _scope is null ? null : _overviews.FirstOrDefault(o => o.App.Id == _scope.AppKey);

    /// <summary>Why the page is not for this user's role, or null where it is.</summary>
    private string? Refusal =>
        Route?.PageType.GetCustomAttribute<NeedsAttribute>() is { } needs ? _scope?.WhyNot(needs.Permission)
        : Route?.PageType.GetCustomAttribute<SiteOwnerAttribute>() is not null && !SiteOwner.Is(_user!)
            ? "This page is for the user whom the portal belongs to."
        : null;

    /// <summary>Called by the browser for the <c>?</c> key.</summary>
    [JSInvokable]
    public Task ShowKeysAsync() =>
        InvokeAsync(() =>
        {
            _showsKeys = true;
            StateHasChanged();
        });

    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        await _left.CancelAsync();
        _left.Dispose();
        _self?.Dispose();
        if (_frame is null)
        {
            return;
        }

        try
        {
            await _frame.InvokeVoidAsync("stop");
            await _frame.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its listeners with it.
        }
    }

    protected override async Task OnInitializedAsync()
    {
        _user = CurrentUser.Of((await Authentication).User);
        _watch = new ChangeWatch(
            Changes,
            _ => true,
            () => InvokeAsync(RefreshAsync),
            DispatchExceptionAsync,
            RefreshPause
        );
        _overviews = await Apps.OverviewAsync(_user.Key, _left.Token);
    }

    protected override async Task OnParametersSetAsync()
    {
        if ((await Authentication).User.Identity?.IsAuthenticated != true)
        {
            // The session has ended: nothing of it stays on screen or can be pressed.
            _user = null;
            Navigation.NavigateTo("/sign-in", forceLoad: true);
            return;
        }
        _path = new Uri(Navigation.Uri).AbsolutePath;
        _boundary?.Recover();
        var address = AddressedApp();
        _isInApp = address is not null;
        // "/apps/{owner}/{app}/{section}/…"; an input's own page belongs to the Explorer, what was done in the app to
        // its settings.
        _section = _isInApp ? _path.Split('/').ElementAtOrDefault(4) ?? "" : "";
        if (_section == "inputs")
        {
            _section = "explorer";
        }

        if (_section == "activity")
        {
            _section = "settings";
        }

        if (address == _address)
        {
            return;
        }

        _address = address;
        _scope = null;
        _problem = null;
        if (address is not null)
        {
            await LoadScopeAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        _frame = await Js.InvokeAsync<IJSObjectReference>("import", "/Shared/Layout/MainLayout.razor.js");
        var browser = await _frame.InvokeAsync<Browser>("start", _self);
        Reader.SetZone(browser.Zone);
        _theme = browser.Theme;
        StateHasChanged();
    }

    private (string Owner, string App)? AddressedApp() =>
        Route?.RouteValues.GetValueOrDefault(nameof(AppPage.UserId)) is string owner
        && Route.RouteValues.GetValueOrDefault(nameof(AppPage.AppId)) is string app
            ? (owner, app)
            : null;

    private async Task LoadScopeAsync()
    {
        if (_address is not var (owner, app))
        {
            return;
        }
        // Authentication is settled long before: it came with the connection.
        var user = _user ?? CurrentUser.Of((await Authentication).User);
        try
        {
            var found = await Apps.OpenAsync(user.Key, owner, app, _left.Token);
            if (_address == (owner, app))
            {
                _scope = new AppScope(found.App, owner, user, found.Role, Members);
            }
        }
        catch (PortalException e)
        {
            if (_address != (owner, app))
            {
                return;
            }

            _scope = null;
            _problem = e.Message;
        }
    }

    private async Task RefreshAsync()
    {
        if (_user is null)
        {
            return;
        }

        _overviews = await Apps.OverviewAsync(_user.Key, _left.Token);
        // Renamed, deleted or given another default workflow, perhaps on another page; or the user's role was changed.
        if (_scope is not null && (Overview?.App.ModifiedAt != _scope.App.ModifiedAt || Overview?.Role != _scope.Role))
        {
            await LoadScopeAsync();
        }

        StateHasChanged();
    }

    private async Task SetThemeAsync(string theme)
    {
        _theme = theme;
        if (_frame is not null)
        {
            await _frame.InvokeVoidAsync("setTheme", theme);
        }
    }

    private sealed record Browser(string Zone, string Theme);
}
