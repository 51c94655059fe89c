using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Errors;
using Portal.Core.Films;
using Portal.Core.Storage;
using Portal.Core.Users;
using Portal.Shared.Components;
using Portal.Shared.Live;

namespace Portal.Features.Films;

/// <summary>One film: it plays, and what its frames say stands on a timeline below it.</summary>
public sealed partial class FilmPage : IAsyncDisposable
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(500);
    private readonly JsHandle _script = new();
    private ElementReference _element;
    private FilmDetails? _details;
    private string? _error;
    private ChangeWatch? _watch;

    [Inject] private FilmService Films { get; set; } = null!;
    [Inject] private ChangeFeed Changes { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private Toasts Toasts { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;

    [Parameter] public string FilmId { get; set; } = "";

    private string Name => _details is { Film.FileName: { Length: > 0 } name } ? name : FilmId;

    private string Subtitle
    {
        get
        {
            var (film, frames) = (_details!.Film, _details.Frames.Count);
            var taken = film.SampledAt is null ? $"{frames} of {film.FrameCount} frames taken" : frames == 1 ? "1 frame" : $"{frames} frames";
            return $"{FilmWords.Time(film.DurationMs)} · {film.Width} × {film.Height} px · {taken}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        await _script.DisposeAsync();
    }

    protected override void OnInitialized() =>
        _watch = new ChangeWatch(Changes, change => change.AppId == Scope.AppKey, () => InvokeAsync(ReadAsync), DispatchExceptionAsync, RefreshPause);

    protected override Task OnParametersSetAsync() => ReadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await _script.AttachAsync(Js, "/Features/Films/FilmPage.razor.js", _element);
    }

    private async Task ReadAsync()
    {
        _error = await Attempt.ToAsync(async () => _details = await Films.DetailsAsync(Scope.AppKey, FilmId, CancellationToken.None));
        StateHasChanged();
    }

    private async Task DeleteAsync()
    {
        var (scope, films, name) = (Scope, Films, Name);
        Film? deleted = null;
        await scope.DoAsync(Permission.ManageInputs, async () => deleted = await films.DeleteAsync(scope.AppKey, FilmId, CancellationToken.None));
        Toasts.ShowUndo($"Deleted {Text.Shown(name)} and its frames", () => scope.DoAsync(Permission.ManageInputs, () => films.RestoreAsync(scope.AppKey, deleted!.Id, CancellationToken.None)));
        Navigation.NavigateTo(scope.Href("films"));
    }

    private string Place(FrameView frame)
    {
        var (start, width) = (100.0 * frame.TimeMs / _details!.Film.DurationMs, 100.0 * _details.Film.StepMs / _details.Film.DurationMs);
        return string.Create(CultureInfo.InvariantCulture, $"left:{start:0.###}%;width:{Math.Min(width, 100 - start):0.###}%");
    }

    private static string Words(FilmMark mark)
    {
        var score = mark.Score is { } value ? string.Create(CultureInfo.CurrentCulture, $", score {value:0.00}") : "";
        return $"{FilmWords.Time(mark.Frame.TimeMs)}, {(mark.Waits ? "pending" : "success")}{score}";
    }

    private static string Figures(FilmTag tag)
    {
        var frames = tag.Marks.Count == 1 ? "1 frame" : $"{tag.Marks.Count} frames";
        return tag.BestScore is { } best ? string.Create(CultureInfo.CurrentCulture, $"{frames}, best {best:0.00}") : frames;
    }
}
