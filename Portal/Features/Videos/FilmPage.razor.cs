using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Components;

namespace Portal.Features.Videos;

/// <summary>One film: it plays, and what its frames say stands on a timeline below it.</summary>
public sealed partial class FilmPage
{
    private FilmDetails? _details;
    private string? _problem;

    [Inject]
    private FilmService Films { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Parameter]
    public string FilmId { get; set; } = "";

    /// <summary>Milliseconds from the beginning at which the player stands at first.</summary>
    [SupplyParameterFromQuery(Name = "t")]
    public int? StartMs { get; set; }

    protected override IReadOnlyList<ChangedNoun> Shown => [ChangedNoun.Inputs, ChangedNoun.Annotations];

    protected override async Task LoadAsync() => _details = await Films.GetDetailsAsync(Scope.AppKey, FilmId, Left);

    private static string Subtitle(FilmDetails details)
    {
        var (film, frames) = (details.Film, details.Frames.Count);
        var taken = film.SampledAt is null ? FilmWords.Taken(film, frames) : FilmWords.Frames(frames);
        var sampling = film.StepMs is { } step ? $"one every {FilmWords.Seconds(step)}" : "at changes of scene";
        return $"{FilmWords.Time(film.DurationMs)} · {film.Width} × {film.Height} px · {taken}, {sampling}";
    }

    private async Task TakeFramesAsync() =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageInputs,
            () => Films.TakeFramesAsync(Scope.AppKey, FilmId, CancellationToken.None)
        );

    private async Task DeleteAsync()
    {
        var (scope, films, name) = (Scope, Films, FilmWords.Name(_details!.Film));
        Film? deleted = null;
        await scope.DoAsync(
            Permission.ManageInputs,
            async () => deleted = await films.DeleteAsync(scope.AppKey, FilmId, CancellationToken.None)
        );
        Toasts.ShowUndo(
            $"Deleted {Text.Shown(name)} and its frames",
            () =>
                scope.DoAsync(
                    Permission.ManageInputs,
                    () => films.RestoreAsync(scope.AppKey, deleted!.Id, CancellationToken.None)
                )
        );
        Navigation.NavigateTo(scope.Href("films"));
    }
}
