using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Components;
using Portal.Shared.Identity;
using Portal.Shared.Live;

namespace Portal.Features.Apps;

public sealed partial class AppsPage
{
    private const int PicturesPerCard = 4;
    private readonly CancellationTokenSource _left = new();
    private List<Card>? _cards;
    private bool _showsDialog;
    private App? _edited;
    private ChangeWatch? _watch;

    [Inject]
    private AppService Apps { get; set; } = null!;

    [Inject]
    private MembershipService Members { get; set; } = null!;

    [Inject]
    private SiteOwner SiteOwner { get; set; } = null!;

    [Inject]
    private InputQueries Inputs { get; set; } = null!;

    [Inject]
    private ChangeFeed Changes { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [CascadingParameter]
    private CurrentUser User { get; set; } = null!;

    public void Dispose()
    {
        _watch?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _watch = new ChangeWatch(
            Changes,
            _ => true,
            () => InvokeAsync(LoadAsync),
            DispatchExceptionAsync,
            TimeSpan.FromSeconds(1)
        );
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var cards = new List<Card>();
        foreach (var overview in await Apps.OverviewAsync(User.Key, _left.Token))
        {
            var keys = await Inputs.NewestAsync(overview.App.Id, PicturesPerCard, _left.Token);
            cards.Add(new Card(overview, await Inputs.TilesAsync(keys, _left.Token)));
        }
        _cards = cards;
        StateHasChanged();
    }

    private void Create() => (_edited, _showsDialog) = (null, true);

    private void Edit(Card card) => (_edited, _showsDialog) = (card.Overview.App, true);

    private async Task SavedAsync(App app)
    {
        if (_edited is null)
        {
            Navigation.NavigateTo($"/apps/{User.UserId}/{app.ExternalId}/upload");
        }
        else
        {
            await LoadAsync();
        }
    }

    private async Task DeleteAsync(Card card)
    {
        var app = card.Overview.App;
        try
        {
            await RequireAsync();
            await Apps.DeleteAsync(app.Id, _left.Token);
            // The toast outlives this page, so its undo must not end with the page.
            Toasts.ShowUndo(
                $"Deleted the app {app.Name}",
                async () =>
                {
                    await RequireAsync();
                    await Apps.RestoreAsync(app.Id, CancellationToken.None);
                }
            );
        }
        catch (Exception e)
        {
            Toasts.ShowError(e);
        }
        await LoadAsync();

        Task RequireAsync() => Members.RequireAsync(app.Id, User.Key, Permission.DeleteApp, CancellationToken.None);
    }

    private sealed record Card(AppOverview Overview, IReadOnlyList<InputTile> Newest);
}
