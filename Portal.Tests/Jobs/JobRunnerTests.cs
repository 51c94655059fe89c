using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;
using Portal.Tests.Support;

namespace Portal.Tests.Jobs;

public sealed class JobRunnerTests : IAsyncLifetime
{
    private readonly GatedJob _gated = new();
    private CoreHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StartAsync(null, _gated);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Jobs_run_one_after_another_in_the_order_in_which_they_were_started()
    {
        var (first, second) = (await StartAsync("first"), await StartAsync("second"));
        await StateAsync(first, JobState.Running);
        Assert.Equal(JobState.Queued, (await GetAsync(second)).State);

        _gated.Gate("first").SetResult("Well done.");
        await StateAsync(second, JobState.Running);
        _gated.Gate("second").SetResult("Too.");
        await StateAsync(second, JobState.Succeeded);

        Assert.Equal(["first", "second"], _gated.Started);
        var done = await GetAsync(first);
        Assert.Equal((JobState.Succeeded, "Well done.", 3, 3), (done.State, done.Message, done.Done, done.Total));
        Assert.True(done.StartedAt <= done.FinishedAt);
        Assert.Empty(_gated.Abandoned);
    }

    [Fact]
    public async Task Progress_is_seen_while_a_job_runs()
    {
        var job = await StartAsync("slow");

        var seen = await Wait.ForAsync(() => GetAsync(job), j => j.Message == "Holding slow");

        Assert.Equal((JobState.Running, 1, 3), (seen.State, seen.Done, seen.Total));
    }

    [Fact]
    public async Task A_running_job_that_is_cancelled_ends_and_is_tidied_up_once()
    {
        var job = await StartAsync("running");
        await StateAsync(job, JobState.Running);

        await CancelAsync(job);

        await StateAsync(job, JobState.Cancelled);
        await CancelAsync(job);
        Assert.Equal(["running"], _gated.Abandoned);
    }

    [Fact]
    public async Task A_waiting_job_that_is_cancelled_ends_without_waiting_for_its_turn()
    {
        var running = await StartAsync("running");
        var waiting = await StartAsync("waiting");
        await StateAsync(running, JobState.Running);

        await CancelAsync(waiting);

        await StateAsync(waiting, JobState.Cancelled);
        Assert.Equal(JobState.Running, (await GetAsync(running)).State);
        Assert.Equal(["running"], _gated.Started);
        Assert.Equal(["waiting"], _gated.Abandoned);
    }

    [Fact]
    public async Task A_failure_is_told_in_its_own_words_and_a_fault_in_the_portals_and_the_next_job_runs()
    {
        var (failing, faulty, next) = (
            await StartAsync("failing"),
            await StartAsync("faulty"),
            await StartAsync("next")
        );
        _gated.Gate("failing").SetException(new PortalException(StatusCode.ModelNoData, "Label something first."));
        _gated.Gate("faulty").SetException(new InvalidOperationException("secret detail"));
        _gated.Gate("next").SetResult("Fine.");

        await StateAsync(next, JobState.Succeeded);

        Assert.Equal(
            (JobState.Failed, "Label something first."),
            ((await GetAsync(failing)).State, (await GetAsync(failing)).Message)
        );
        Assert.Equal(JobState.Failed, (await GetAsync(faulty)).State);
        Assert.DoesNotContain("secret", (await GetAsync(faulty)).Message, StringComparison.Ordinal);
        Assert.Equal(["failing", "faulty"], _gated.Abandoned);
    }

    [Fact]
    public async Task A_job_of_an_unknown_kind_fails_and_says_so()
    {
        var job = await _host
            .Get<JobService>()
            .StartAsync(_host.App.Id, _host.User.Id, "from-the-future", "Something", "x", default);

        var ended = await Wait.ForAsync(() => GetAsync(job), j => j.IsOver);

        Assert.Equal(JobState.Failed, ended.State);
        Assert.Contains("'from-the-future'", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_restart_interrupts_is_started_again_and_what_was_over_is_not()
    {
        using var folder = new TemporaryFolder();
        var before = new GatedJob();
        Job over,
            interrupted;
        await using (var host = await StartAsync(folder.Path, before))
        {
            before.Gate("over").SetResult("Done.");
            over = await StartAsync("over", host);
            interrupted = await StartAsync("interrupted", host);
            await StateAsync(interrupted, JobState.Running, host);
        }
        Assert.Empty(before.Abandoned);

        var after = new GatedJob();
        after.Gate("interrupted").SetResult("Done at last.");
        await using var again = await StartAsync(folder.Path, after);

        await StateAsync(interrupted, JobState.Succeeded, again);
        Assert.StartsWith("interrupted", Assert.Single(after.Started), StringComparison.Ordinal);
        Assert.Equal("Done.", (await again.Get<JobService>().GetAsync(again.App.Id, over.ExternalId, default)).Message);
    }

    [Theory]
    [InlineData(JobLane.Bulk)]
    [InlineData(JobLane.Video)]
    public async Task A_prompt_job_passes_one_of_another_lane(JobLane lane)
    {
        var bulk = new GatedJob(lane);
        var prompt = new GatedJob();
        prompt.Gate("prompt").SetResult("Quick.");
        await using var host = await CoreHost.StartAsync(services: services =>
            services.AddSingleton<IJobHandler>(bulk).AddSingleton<IJobHandler>(prompt)
        );
        var slow = await host.Get<JobService>()
            .StartAsync(host.App.Id, host.User.Id, GatedJob.BulkKind, "Slow", "slow", default);
        await StateAsync(slow, JobState.Running, host);

        var quick = await StartAsync("prompt", host);

        await StateAsync(quick, JobState.Succeeded, host);
        Assert.Equal(
            JobState.Running,
            (await host.Get<JobService>().GetAsync(host.App.Id, slow.ExternalId, default)).State
        );
    }

    [Fact]
    public async Task A_paused_job_lets_others_by_and_goes_on_from_its_mark_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        var before = new GatedJob();
        Job job;
        await using (var host = await StartAsync(folder.Path, before))
        {
            job = await StartAsync("paused", host);
            await Wait.ForAsync(
                () => host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, default),
                j => j.Checkpoint is not null
            );
            await host.Get<JobService>().PauseAsync(host.App.Id, job.ExternalId, default);
            await StateAsync(job, JobState.Paused, host);
            before.Gate("other").SetResult("By.");
            await StateAsync(await StartAsync("other", host), JobState.Succeeded, host);
        }
        Assert.Empty(before.Abandoned);

        var after = new GatedJob();
        await using var again = await StartAsync(folder.Path, after);
        var kept = await again.Get<JobService>().GetAsync(again.App.Id, job.ExternalId, default);
        Assert.Equal((JobState.Paused, 1, 3), (kept.State, kept.Done, kept.Total));
        after.Gate("paused").SetResult("Done.");
        await again.Get<JobService>().ResumeAsync(again.App.Id, job.ExternalId, default);

        await StateAsync(job, JobState.Succeeded, again);
        Assert.Equal(["paused from the middle"], after.Started);
    }

    [Fact]
    public async Task A_paused_job_can_be_cancelled_and_one_that_waits_can_be_paused()
    {
        var (running, waiting) = (await StartAsync("running"), await StartAsync("waiting"));
        await StateAsync(running, JobState.Running);

        await _host.Get<JobService>().PauseAsync(_host.App.Id, waiting.ExternalId, default);
        Assert.Equal(JobState.Paused, (await GetAsync(waiting)).State);
        await CancelAsync(waiting);

        await StateAsync(waiting, JobState.Cancelled);
        Assert.Equal(["running"], _gated.Started);
    }

    private static Task<CoreHost> StartAsync(string? root, GatedJob handler) =>
        CoreHost.StartAsync(root, services: services => services.AddSingleton<IJobHandler>(handler));

    private Task<Job> StartAsync(string name, CoreHost? host = null) =>
        (host ?? _host)
            .Get<JobService>()
            .StartAsync(
                (host ?? _host).App.Id,
                (host ?? _host).User.Id,
                GatedJob.JobKind,
                $"Hold {name}",
                name,
                default
            );

    private Task CancelAsync(Job job) => _host.Get<JobService>().CancelAsync(_host.App.Id, job.ExternalId, default);

    private Task<Job> GetAsync(Job job) => _host.Get<JobService>().GetAsync(_host.App.Id, job.ExternalId, default);

    private Task<Job> StateAsync(Job job, JobState state, CoreHost? host = null) =>
        Wait.ForAsync(
            () => (host ?? _host).Get<JobService>().GetAsync((host ?? _host).App.Id, job.ExternalId, default),
            j => j.State == state
        );
}
