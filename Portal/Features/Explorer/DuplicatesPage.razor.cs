using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Bulk;
using Portal.Core.Services.Explorer;
using Portal.Shared.Components;
using Portal.Shared.Live;

namespace Portal.Features.Explorer;

/// <summary>Pictures an app holds more than once, in groups from which a person chooses.</summary>
public sealed partial class DuplicatesPage : IDisposable
{
    private const int MostGroups = 100;
    private const int MostShown = 12;
    private static readonly Choice<bool>[] Kinds = [new(false, "Same file"), new(true, "Nearly the same picture")];
    private readonly CancellationTokenSource _left = new();
    private List<(DuplicateGroup Group, IReadOnlyList<InputTile> Tiles)>? _groups;
    private bool _nearly;
    private int _compared;
    private string? _problem;

    private string CountText =>
        _groups!.Count switch
        {
            1 => "1 group",
            MostGroups => $"The {MostGroups} largest groups",
            var count => $"{count.ToString("N0", CultureInfo.CurrentCulture)} groups",
        };

    [Inject]
    private DuplicateFinder Finder { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private BulkService Bulk { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override Task OnInitializedAsync() => ShowAsync(nearly: false);

    private async Task ShowAsync(bool nearly)
    {
        (_nearly, _groups, _compared) = (nearly, null, 0);
        try
        {
            _problem = await Attempt.ToAsync(async () =>
            {
                var found = nearly
                    ? await Finder.NearlySameAsync(Scope.AppKey, Progress, _left.Token)
                    : await Finder.SameBytesAsync(Scope.AppKey, MostGroups, _left.Token);
                var groups = new List<(DuplicateGroup, IReadOnlyList<InputTile>)>();
                foreach (var group in found.Take(MostGroups))
                {
                    groups.Add((group, await Queries.TilesAsync([.. group.InputIds.Take(MostShown)], _left.Token)));
                }

                if (nearly == _nearly)
                {
                    _groups = groups;
                }
            });
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private void Progress(int compared)
    {
        _compared = compared;
        _ = InvokeAsync(StateHasChanged);
    }

    private async Task DeleteAsync(DuplicateGroup group, IReadOnlyList<InputTile> tiles)
    {
        var (bulk, scope, step) = (Bulk, Scope, Bulk.Begin(BulkKind.Delete, null));
        var others = new InputSet(tiles.Skip(1).Select(t => t.Id));
        await scope.RequireAsync(Permission.ManageInputs);
        var result = await bulk.ApplyAsync(
            scope.AppKey,
            scope.User.Key,
            step,
            others,
            _ => { },
            CancellationToken.None
        );
        // What was not shown was not deleted.
        if (group.InputIds.Count > tiles.Count)
        {
            await ShowAsync(_nearly);
        }
        else
        {
            _groups!.RemoveAll(g => g.Group == group);
        }

        Toasts.ShowUndo(
            result.Inputs == 1 ? "Deleted 1 input" : $"Deleted {result.Inputs} inputs",
            async () =>
            {
                await scope.RequireAsync(Permission.ManageInputs);
                await bulk.UndoAsync(scope.AppKey, scope.User.Key, step, others, _ => { }, CancellationToken.None);
                if (_left.IsCancellationRequested)
                {
                    return;
                }

                await InvokeAsync(async () =>
                {
                    await ShowAsync(_nearly);
                    StateHasChanged();
                });
            }
        );
    }

    private static string NameOf(InputTile tile) => tile.FileName.Length > 0 ? tile.FileName : tile.ExternalId;
}
