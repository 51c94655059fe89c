using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Training;

namespace Portal.Features.Jobs;

public sealed partial class JobRow
{
    /// <summary>Before that, a rate says more about the start than about the work.</summary>
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2);

    /// <summary>Without progress for so long, somebody should know.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(2);

    [Parameter, EditorRequired]
    public Job Job { get; set; } = null!;

    [Parameter]
    public EventCallback<Job> OnCancel { get; set; }

    [Parameter]
    public EventCallback<Job> OnPause { get; set; }

    [Parameter]
    public EventCallback<Job> OnResume { get; set; }

    /// <summary>Jobs, of all apps, whose turn is before this one's.</summary>
    [Parameter]
    public int Ahead { get; set; }

    /// <summary>When its progress last changed; null where it does not run.</summary>
    [Parameter]
    public DateTime? MovedAt { get; set; }

    /// <summary>Where it belongs to, on a page of several apps.</summary>
    [Parameter]
    public RenderFragment? Place { get; set; }

    /// <summary>What can be done with what the job left.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private string State =>
        Job.State switch
        {
            JobState.Queued => "Waiting",
            JobState.Running => "Running",
            JobState.Succeeded => "Done",
            JobState.Failed => "Failed",
            JobState.Paused => "Paused",
            JobState.Skipped => "Not possible yet",
            _ => "Cancelled",
        };

    private string Words =>
        Job.State switch
        {
            JobState.Queued => Ahead switch
            {
                0 => "Waits for its turn.",
                1 => "Waits for the job before it.",
                _ => string.Create(CultureInfo.CurrentCulture, $"Waits for the {Ahead:N0} jobs before it."),
            },
            JobState.Paused => Job.Total == 0
                ? "Paused before it began."
                : string.Create(CultureInfo.CurrentCulture, $"Paused after {Job.Done:N0} of {Job.Total:N0}."),
            _ => Job.Message,
        };

    private string Took =>
        Job is { StartedAt: { } started, FinishedAt: { } finished }
            ? $"{WorkFormatter.Length(finished - started)} ·"
            : "";

    private (string Words, DateTime Time) Since =>
        Job.State switch
        {
            JobState.Running => ("Began", Job.StartedAt ?? Job.CreatedAt),
            JobState.Paused => ("Paused", Job.FinishedAt ?? Job.CreatedAt),
            _ => ("Queued", Job.CreatedAt),
        };

    private string? Standstill =>
        MovedAt is { } moved && Clock.GetUtcNow().UtcDateTime - moved is var since && since >= Stuck
            ? $"No progress for {WorkFormatter.Length(since)}. One step may take long; if it does not end, cancel the "
                + $"job and start it again."
            : null;

    private string Pace => PaceOf(Job, Clock.GetUtcNow().UtcDateTime);

    /// <summary>
    /// How far a running job is; for one that counts inputs also how fast and how long yet. Steps of a training come at
    /// no steady rate.
    /// </summary>
    internal static string PaceOf(Job job, DateTime now)
    {
        if (job.Total == 0)
        {
            return "";
        }

        if (job.Kind is JobKinds.Training or JobKinds.Evaluation)
        {
            return string.Create(CultureInfo.CurrentCulture, $"{100L * job.Done / job.Total} %");
        }

        var done = string.Create(CultureInfo.CurrentCulture, $"{job.Done:N0} of {job.Total:N0}");
        var elapsed = now - (job.StartedAt ?? now);
        if (job.Done == 0 || elapsed < Warm)
        {
            return done;
        }

        var rate = job.Done / elapsed.TotalSeconds;
        return string.Create(
            CultureInfo.CurrentCulture,
            $"{done} · {WorkFormatter.Rate(rate)} · "
                + $"{WorkFormatter.Length(TimeSpan.FromSeconds((job.Total - job.Done) / rate))} left"
        );
    }
}
