using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Identity;

namespace Portal.Features.Apps;

public sealed partial class AppDialog
{
    private string _name = "";
    private string _id = "";
    private string _description = "";
    private bool _choseId;
    private bool _wasOpen;
    private bool _saving;
    private PortalException? _error;

    [Inject]
    private AppService Apps { get; set; } = null!;

    [Inject]
    private MembershipService Members { get; set; } = null!;

    [Inject]
    private SiteOwner SiteOwner { get; set; } = null!;

    [CascadingParameter]
    private CurrentUser User { get; set; } = null!;

    [Parameter]
    public bool Open { get; set; }

    [Parameter]
    public EventCallback<bool> OpenChanged { get; set; }

    /// <summary>The app to change, or null to make one.</summary>
    [Parameter]
    public App? App { get; set; }

    [Parameter]
    public EventCallback<App> OnSaved { get; set; }

    protected override void OnParametersSet()
    {
        if (Open && !_wasOpen)
        {
            (_name, _description, _id, _choseId, _error) = (App?.Name ?? "", App?.Description ?? "", "", false, null);
        }

        _wasOpen = Open;
    }

    private void SetName(string name)
    {
        _name = name;
        if (!_choseId)
        {
            _id = AppIds.Suggest(name);
        }
    }

    private void SetId(string id)
    {
        _id = id;
        _choseId = id.Length > 0;
    }

    private async Task SaveAsync()
    {
        _saving = true;
        try
        {
            if (App is null)
            {
                SiteOwner.Require(User);
            }
            else
            {
                await Members.RequireAsync(App.Id, User.Key, Permission.ManageApp, CancellationToken.None);
            }

            var app = App is null
                ? await Apps.CreateAsync(User.Key, _id, _name, _description, CancellationToken.None)
                : await Apps.UpdateAsync(App.Id, _name, _description, null, CancellationToken.None);
            await OpenChanged.InvokeAsync(false);
            await OnSaved.InvokeAsync(app);
        }
        catch (PortalException e)
        {
            _error = e;
        }
        finally
        {
            _saving = false;
        }
    }
}
