using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Components;

namespace Portal.Features.Videos;

/// <summary>One video: it plays, and what its frames say stands on a timeline below it.</summary>
public sealed partial class VideoPage
{
    private VideoDetails? _details;
    private string? _problem;

    [Inject]
    private VideoService Videos { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Parameter]
    public string VideoId { get; set; } = "";

    /// <summary>Milliseconds from the beginning at which the player stands at first.</summary>
    [SupplyParameterFromQuery(Name = "t")]
    public int? StartMs { get; set; }

    protected override IReadOnlyList<ChangedNoun> Shown => [ChangedNoun.Inputs, ChangedNoun.Annotations];

    protected override async Task LoadAsync() => _details = await Videos.GetDetailsAsync(Scope.AppKey, VideoId, Left);

    private static string Subtitle(VideoDetails details)
    {
        var (video, frames) = (details.Video, details.Frames.Count);
        var taken = video.SampledAt is null ? VideoFormatter.Taken(video, frames) : VideoFormatter.Frames(frames);
        var sampling = video.StepMs is { } step ? $"one every {VideoFormatter.Seconds(step)}" : "at changes of scene";
        return $"{VideoFormatter.Time(video.DurationMs)} · {video.Width} × {video.Height} px · {taken}, {sampling}";
    }

    private async Task TakeFramesAsync() =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageInputs,
            () => Videos.TakeFramesAsync(Scope.AppKey, VideoId, CancellationToken.None)
        );

    private async Task DeleteAsync()
    {
        var (scope, videos, name) = (Scope, Videos, VideoFormatter.Name(_details!.Video));
        Video? deleted = null;
        await scope.DoAsync(
            Permission.ManageInputs,
            async () => deleted = await videos.DeleteAsync(scope.AppKey, VideoId, CancellationToken.None)
        );
        Toasts.ShowUndo(
            $"Deleted {Text.Shown(name)} and its frames",
            () =>
                scope.DoAsync(
                    Permission.ManageInputs,
                    () => videos.RestoreAsync(scope.AppKey, deleted!.Id, CancellationToken.None)
                )
        );
        Navigation.NavigateTo(scope.Href("videos"));
    }
}
