using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Films;
using Portal.Features.Inputs;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.Films;

public sealed partial class FilmPlayer
{
    private readonly JsHandle _script = new();
    private ElementReference _element;

    [Parameter, EditorRequired] public AppScope Scope { get; set; } = null!;
    [Parameter, EditorRequired] public FilmDetails Details { get; set; } = null!;

    /// <summary>Milliseconds from the beginning at which the player stands at first.</summary>
    [Parameter] public int StartMs { get; set; }

    private Film Film => Details.Film;

    private string Source => string.Create(CultureInfo.InvariantCulture, $"/media/{Scope.OwnerId}/{Scope.App.ExternalId}/films/{Film.ExternalId}/original#t={StartMs / 1000.0}");

    // Where the player begins elsewhere, it shows what is there.
    private string? Poster => StartMs == 0 && Details.Frames is [var first, ..] ? Scope.Media(first.Input, MediaRendition.Large) : null;

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await _script.AttachAsync(Js, "/Features/Films/FilmPlayer.razor.js", _element);
    }

    /// <summary>A mark goes from its frame on for as long as no other could say otherwise.</summary>
    private string Place(FrameView frame)
    {
        var start = frame.TimeMs;
        var end = Film.StepMs is { } step ? start + step : Details.Frames.FirstOrDefault(f => f.TimeMs > start)?.TimeMs ?? Film.DurationMs;
        return string.Create(CultureInfo.InvariantCulture, $"left:{Share(start):0.###}%;width:{Share(Math.Min(end, Film.DurationMs) - start):0.###}%");
    }

    private double Share(int ms) => 100.0 * ms / Film.DurationMs;

    private static string Words(FilmMark mark)
    {
        var score = mark.Score is { } value ? string.Create(CultureInfo.CurrentCulture, $", score {value:0.00}") : "";
        return $"{FilmWords.Time(mark.Frame.TimeMs)}, {(mark.Waits ? "pending" : "success")}{score}";
    }

    private static string Figures(FilmTag tag)
    {
        var frames = FilmWords.Frames(tag.Marks.Count);
        return tag.BestScore is { } best ? string.Create(CultureInfo.CurrentCulture, $"{frames}, best {best:0.00}") : frames;
    }
}
