using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Jobs;
using Portal.Tests.Support;

namespace Portal.Tests.Jobs;

public sealed class JobBoardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_says_how_many_of_its_lane_are_before_it_in_whatever_app()
    {
        await using var host = await StartAsync();
        var other = await host.Get<AppService>().CreateAsync(host.User.Id, "other", null, null, Ct);
        await JobAsync(host, host.App.Id, "first");
        await JobAsync(host, other.Id, "second");
        await JobAsync(host, host.App.Id, "third");
        await JobAsync(host, host.App.Id, "bulk", GatedJob.BulkKind);

        var open = await Wait.ForAsync(
            () => host.Get<JobBoard>().OpenAsync(Ct),
            jobs => jobs.Count(j => j.Job.State == JobState.Running && j.MovedAt is not null) == 2
        );

        Assert.Equal(
            [("bulk", 0), ("first", 0), ("second", 1), ("third", 2)],
            open.OrderBy(j => j.Job.Title, StringComparer.Ordinal).Select(j => (j.Job.Title, j.Ahead))
        );
        Assert.Equal("other", open.Single(j => j.Job.Title == "second").App.ExternalId);
        Assert.All(open, j => Assert.Equal(("owner", "owner"), (j.OwnerId, j.StartedBy)));
        Assert.All(open, j => Assert.Equal(j.Job.State == JobState.Running, j.MovedAt is not null));
    }

    [Fact]
    public async Task What_failed_stands_there_for_as_long_as_asked()
    {
        await using var host = await StartAsync();
        await JobAsync(host, host.App.Id, "broken");
        host.Get<GatedJob>().Gate("broken").SetException(new InvalidOperationException("A fault."));
        await Wait.ForAsync(() => host.Get<JobBoard>().OpenAsync(Ct), jobs => jobs.Count == 0);

        Assert.Equal(
            "broken",
            Assert.Single(await host.Get<JobBoard>().FailedAsync(DateTime.UtcNow.AddDays(-1), 10, Ct)).Job.Title
        );
        Assert.Empty(await host.Get<JobBoard>().FailedAsync(DateTime.UtcNow.AddDays(1), 10, Ct));
    }

    [Fact]
    public async Task Jobs_of_a_deleted_app_are_not_shown()
    {
        await using var host = await StartAsync();
        var other = await host.Get<AppService>().CreateAsync(host.User.Id, "other", null, null, Ct);
        await JobAsync(host, other.Id, "hidden");
        Assert.Single(await host.Get<JobBoard>().OpenAsync(Ct));

        await host.Get<AppService>().DeleteAsync(other.Id, Ct);

        Assert.Empty(await host.Get<JobBoard>().OpenAsync(Ct));
    }

    private static Task<CoreHost> StartAsync() =>
        CoreHost.StartAsync(services: services =>
        {
            services
                .AddSingleton<GatedJob>()
                .AddSingleton<IJobHandler>(provider => provider.GetRequiredService<GatedJob>());
            services.AddSingleton<IJobHandler>(new GatedJob(JobLane.Bulk));
        });

    private static Task<Job> JobAsync(CoreHost host, long appId, string name, string kind = GatedJob.JobKind) =>
        host.Get<JobService>().StartAsync(appId, host.User.Id, kind, name, name, Ct);
}
