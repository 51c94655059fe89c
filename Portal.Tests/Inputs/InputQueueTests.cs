using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Labeling;
using Portal.Core.Services.Runs;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class InputQueueTests : IAsyncLifetime
{
    private readonly AdjustableClock _clock = new();
    private CoreHost _host = null!;
    private InputQueue _queue = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(
            workers: false,
            services: services => services.AddSingleton<TimeProvider>(_clock)
        );
        _queue = _host.Get<InputQueue>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_claim_that_was_lost_commits_nothing()
    {
        var runner = await _host.ConceptAsync("runner");
        await _host.ConstantClassifierAsync("model", (runner, 0.95));
        await _host.BandAsync("model", 0.3, 0.8, "auto", runner);
        await _host.AcceptAsync(1);
        var lost = Assert.Single(await _queue.ClaimAsync(default));
        await _queue.RecoverAsync(default);
        var held = Assert.Single(await _queue.ClaimAsync(default));

        await CommitAsync(lost);
        await _queue.FailAsync(lost, "too late", default);
        await _queue.ReleaseAsync([lost], countAttempt: true, default);

        await using (var db = _host.Db())
        {
            Assert.Equal(
                (0, 0, 0),
                (await db.InputEmbeddings.CountAsync(), await db.Runs.CountAsync(), await db.Annotations.CountAsync())
            );
            Assert.Equal(
                (StatusCode.InputInProgress, held.Token),
                await db.Inputs.Select(i => ValueTuple.Create(i.Status, i.ClaimToken)).SingleAsync()
            );
        }
        await CommitAsync(held);
        await using (var db = _host.Db())
        {
            Assert.Equal(
                (1, 1, 1),
                (await db.InputEmbeddings.CountAsync(), await db.Runs.CountAsync(), await db.Annotations.CountAsync())
            );
        }

        Assert.Equal(StatusCode.InputSuccess, await StatusAsync(1));
    }

    [Fact]
    public async Task An_input_that_kills_the_process_is_retried_alone_and_set_aside_after_three_attempts_and_its_neighbours_are_not()
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            await _host.AcceptAsync(seed);
        }

        // Each time the first picture is worked on, the process dies; another worker asks for work beside it.
        Assert.Equal(4, (await _queue.ClaimAsync(default)).Count);
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            await _queue.RecoverAsync(default);
            Assert.Equal("picture-1", Assert.Single(await _queue.ClaimAsync(default)).Input.ExternalId);
            Assert.Empty(await _queue.ClaimAsync(default));
        }
        await _queue.RecoverAsync(default);

        while (await _queue.ClaimAsync(default) is [var claim, ..])
        {
            await CommitAsync(claim);
        }

        Assert.Equal(StatusCode.InputFailed, await StatusAsync(1));
        var setAside = await _host.Get<InputService>().GetAsync(_host.App.Id, "picture-1", default);
        Assert.Contains("cut short 3 times", setAside.StatusDetail, StringComparison.Ordinal);
        for (var seed = 2; seed <= 4; seed++)
        {
            Assert.Equal(StatusCode.InputSuccess, await StatusAsync(seed));
        }
    }

    [Fact]
    public async Task A_retry_waits_until_nothing_else_is_being_worked_on()
    {
        await _host.AcceptAsync(1);
        await _queue.ReleaseAsync(await _queue.ClaimAsync(default), countAttempt: true, default);
        var retried = Assert.Single(await _queue.ClaimAsync(default));
        await _host.AcceptAsync(2);

        Assert.Empty(await _queue.ClaimAsync(default));
        await CommitAsync(retried);

        Assert.Equal("picture-2", Assert.Single(await _queue.ClaimAsync(default)).Input.ExternalId);
    }

    [Fact]
    public async Task A_claim_runs_out_and_another_worker_takes_over()
    {
        await _host.AcceptAsync(1);
        var first = Assert.Single(await _queue.ClaimAsync(default));
        Assert.Empty(await _queue.ClaimAsync(default));

        _clock.Advance(new IngestOptions().Lease + TimeSpan.FromSeconds(1));

        var second = Assert.Single(await _queue.ClaimAsync(default));
        Assert.True(second.Token > first.Token);
        await CommitAsync(first);
        Assert.Equal(StatusCode.InputInProgress, await StatusAsync(1));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_leaves_no_input_claimed_for_longer_than_a_lease_and_no_result_is_written_twice()
    {
        await _host.AcceptAsync(1);
        var before = Assert.Single(await _queue.ClaimAsync(default));
        _clock.Advance(-TimeSpan.FromDays(1));

        var after = Assert.Single(await _queue.ClaimAsync(default));

        Assert.True(after.Token > before.Token);
        await CommitAsync(before);
        Assert.Equal(StatusCode.InputInProgress, await StatusAsync(1));
        await CommitAsync(after);
        Assert.Equal(StatusCode.InputSuccess, await StatusAsync(1));
        await using var db = _host.Db();
        Assert.Equal(1, await db.InputEmbeddings.CountAsync());
    }

    [Fact]
    public async Task A_clock_that_is_set_back_changes_neither_which_decision_is_the_latest_nor_who_is_handed_an_input()
    {
        var runner = await _host.ConceptAsync("runner");
        var input = await _host.AcceptAsync(1);
        var (decisions, leases) = (_host.Get<DecisionService>(), _host.Get<LeaseService>());
        await decisions.DecideAsync(_host.App.Id, _host.User.Id, [new NewDecision(input.Id, runner.Id, true)], default);
        Assert.Equal([input.Id], await leases.TakeAsync(_host.App.Id, "one page", [input.Id], 1, default));
        _clock.Advance(-TimeSpan.FromDays(1));

        await decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [new NewDecision(input.Id, runner.Id, false)],
            default
        );

        await using var db = _host.Db();
        Assert.False((await db.Labels.SingleAsync()).Value);
        Assert.Equal([input.Id], await leases.TakeAsync(_host.App.Id, "another page", [input.Id], 1, default));
        Assert.Empty(await leases.TakeAsync(_host.App.Id, "a third page", [input.Id], 1, default));
    }

    [Fact]
    public async Task What_a_stopping_portal_gives_back_is_as_if_it_had_not_been_claimed()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            await _host.AcceptAsync(seed);
        }

        await _queue.ReleaseAsync(await _queue.ClaimAsync(default), countAttempt: false, default);

        Assert.Equal([1, 1, 1], (await _queue.ClaimAsync(default)).Select(c => c.Input.Attempts));
    }

    [Fact]
    public async Task The_workflow_is_the_one_that_was_default_when_the_input_was_claimed()
    {
        var runner = await _host.ConceptAsync("runner");
        await _host.ConstantClassifierAsync("model", (runner, 0.95));
        var first = await _host.BandAsync("model", 0.3, 0.8, "first", runner);
        await _host.AcceptAsync(1);
        var claim = Assert.Single(await _queue.ClaimAsync(default));
        await _host.BandAsync("model", 0.3, 0.8, "second", runner);

        await CommitAsync(claim);

        await using var db = _host.Db();
        Assert.Equal(first.Latest.Id, await db.Runs.Select(r => r.WorkflowVersionId).SingleAsync());
    }

    private Task CommitAsync(InputClaim claim) =>
        _host.Get<InputQueue>().CommitAsync(claim, new Half[_host.Get<EmbeddingStore>().Dimensions], default);

    private async Task<StatusCode> StatusAsync(int seed) =>
        (await _host.Get<InputService>().GetAsync(_host.App.Id, $"picture-{seed}", default)).Status;
}
