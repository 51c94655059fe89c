using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Evaluation;
using Portal.Core.Jobs;
using Portal.Core.Models;

namespace Portal.Features.Jobs;

public sealed partial class JobRow
{
    /// <summary>Before that, a rate says more about the start than about the work.</summary>
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2);

    [Parameter, EditorRequired] public Job Job { get; set; } = null!;
    [Parameter] public EventCallback<Job> OnCancel { get; set; }
    [Parameter] public EventCallback<Job> OnPause { get; set; }
    [Parameter] public EventCallback<Job> OnResume { get; set; }
    /// <summary>What can be done with what the job left.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    [Inject] private TimeProvider Clock { get; set; } = null!;

    private string State => Job.State switch
    {
        JobState.Queued => "Waiting",
        JobState.Running => "Running",
        JobState.Succeeded => "Done",
        JobState.Failed => "Failed",
        JobState.Paused => "Paused",
        JobState.Skipped => "Not possible yet",
        _ => "Cancelled",
    };

    private string Words => Job.State switch
    {
        JobState.Queued => "Waits for the job before it.",
        JobState.Paused => Job.Total == 0 ? "Paused before it began." : string.Create(CultureInfo.CurrentCulture, $"Paused after {Job.Done:N0} of {Job.Total:N0}."),
        _ => Job.Message,
    };

    private string Took => Job is { StartedAt: { } started, FinishedAt: { } finished } ? $"{Length(finished - started)} ·" : "";

    private string Pace => PaceOf(Job, Clock.GetUtcNow().UtcDateTime);

    /// <summary>How far a running job is; for one that counts inputs also how fast and how long yet. Steps of a training come at no steady rate.</summary>
    internal static string PaceOf(Job job, DateTime now)
    {
        if (job.Total == 0) return "";
        if (job.Kind is TrainingJob.JobKind or EvaluationJob.JobKind) return string.Create(CultureInfo.CurrentCulture, $"{100L * job.Done / job.Total} %");
        var done = string.Create(CultureInfo.CurrentCulture, $"{job.Done:N0} of {job.Total:N0}");
        var elapsed = now - (job.StartedAt ?? now);
        if (job.Done == 0 || elapsed < Warm) return done;
        var rate = job.Done / elapsed.TotalSeconds;
        return string.Create(CultureInfo.CurrentCulture, $"{done} · {rate:N0} a second · {Length(TimeSpan.FromSeconds((job.Total - job.Done) / rate))} left");
    }

    private static string Length(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalSeconds: < 90 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:0} s"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{time.TotalHours:0.#} h"),
    };
}
