using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Audit;
using Portal.Core.Services.Bulk;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.Audit;

public sealed class AuditOfJobsTests
{
    [Fact]
    public async Task A_bulk_step_is_one_entry_however_often_it_is_begun_and_single_labels_are_none()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var runner = await host.ConceptAsync("runner");
        var inputs = new InputSet([(await host.AcceptAsync(1)).Id, (await host.AcceptAsync(2)).Id]);
        var bulk = host.Get<BulkService>();
        var step = bulk.Begin(BulkKind.Present, runner.Id);

        await bulk.ApplyAsync(host.App.Id, host.User.Id, step, inputs, _ => { }, TestContext.Current.CancellationToken);
        await bulk.ApplyAsync(host.App.Id, host.User.Id, step, inputs, _ => { }, TestContext.Current.CancellationToken);
        await bulk.UndoAsync(host.App.Id, host.User.Id, step, inputs, _ => { }, TestContext.Current.CancellationToken);

        var lines = await host.Get<AuditLog>()
            .ListAsync(
                new AuditFilter(host.App.Id, Group: AuditGroup.Inputs),
                null,
                0,
                10,
                TestContext.Current.CancellationToken
            );
        Assert.Equal(
            [(AuditKind.InputsChangeUndone, "present runner"), (AuditKind.InputsChanged, "present runner")],
            lines.Select(l => (l.Kind, l.Field))
        );
        Assert.Equal("2 inputs", lines[0].To);
    }

    [Fact]
    public async Task What_a_default_workflow_was_and_is_now_is_told()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var runner = await host.ConceptAsync("runner");
        await host.ConstantClassifierAsync("people", (runner, 0.7));
        await host.BandAsync("people", 0.3, 0.8, "band", runner);
        await host.Get<WorkflowService>().SetDefaultAsync(host.App.Id, null, TestContext.Current.CancellationToken);

        var lines = await host.Get<AuditLog>()
            .ListAsync(
                new AuditFilter(host.App.Id, Group: AuditGroup.Workflows),
                null,
                0,
                10,
                TestContext.Current.CancellationToken
            );

        Assert.Equal(
            [
                (AuditKind.DefaultWorkflowChanged, "band v1", null),
                (AuditKind.DefaultWorkflowChanged, null, "band v1"),
                (AuditKind.WorkflowVersionMade, null, "v1"),
                (AuditKind.WorkflowMade, null, null),
            ],
            lines.Select(l => (l.Kind, l.From, l.To))
        );
    }
}
