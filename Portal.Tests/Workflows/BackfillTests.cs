using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Jobs;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class BackfillTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backfill_that_is_paused_and_resumed_after_a_restart_runs_on_every_input_once()
    {
        using var folder = new TemporaryFolder();
        Job job;
        await using (var host = await CoreHost.StartAsync(folder.Path))
        {
            var runner = await host.ConceptAsync("runner");
            for (var seed = 0; seed < 5; seed++)
            {
                await host.ProcessedAsync(seed);
            }

            await host.ConstantClassifierAsync("model", (runner, 0.95));
            var workflow = await host.BandAsync("model", 0.3, 0.8, "auto", runner);
            var handler = host.Get<IEnumerable<IJobHandler>>().Single(h => h.Kind == JobKinds.Backfill);
            job = await host.Get<JobService>()
                .StartAsync(
                    host.App.Id,
                    host.User.Id,
                    JobKinds.Backfill,
                    "Backfill",
                    new BackfillJob.Parameters(workflow.Latest.Id),
                    Ct
                );
            await Wait.ForAsync(() => host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, Ct), j => j.IsOver);
            Assert.Equal(JobLane.Bulk, handler.Lane);
        }

        // As it is left behind when a pause falls into the middle.
        await using (var host = await CoreHost.StartAsync(folder.Path, workers: false))
        {
            await using var db = host.Db();
            var stored = db.Jobs.Single(j => j.Id == job.Id);
            var third = db.Inputs.OrderBy(i => i.Id).Skip(2).First();
            (stored.State, stored.Done, stored.Total, stored.Checkpoint) = (
                JobState.Paused,
                3,
                5,
                $$"""{"LastInputId":{{third.Id}},"Written":3}"""
            );
            db.Annotations.RemoveRange(db.Annotations.Where(a => a.InputId > third.Id));
            await db.SaveChangesAsync(Ct);
        }

        await using var again = await CoreHost.StartAsync(folder.Path);
        await again.Get<JobService>().ResumeAsync(again.App.Id, job.ExternalId, Ct);
        var ended = await Wait.ForAsync(
            () => again.Get<JobService>().GetAsync(again.App.Id, job.ExternalId, Ct),
            j => j.IsOver
        );

        Assert.Equal(
            (JobState.Succeeded, 5, 5, "Ran on 5 inputs; 5 tags written."),
            (ended.State, ended.Done, ended.Total, ended.Message)
        );
        await using var stored2 = again.Db();
        Assert.Equal(5, stored2.Annotations.Count());
    }
}
