using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Tests.Support;

namespace Portal.Tests.Annotations;

public sealed class DecisionStepTests : IAsyncLifetime
{
    private readonly List<long> _inputs = [];
    private CoreHost _host = null!;
    private DecisionService _decisions = null!;
    private long _runner;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        _decisions = _host.Get<DecisionService>();
        _runner = (await _host.ConceptAsync("runner")).Id;
        for (var seed = 0; seed < 24; seed++)
        {
            _inputs.Add((await _host.AcceptAsync(seed)).Id);
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_grid_answer_is_undone_and_decided_again_as_one_step()
    {
        List<NewDecision> answers = [.. _inputs.Select((id, i) => new NewDecision(id, _runner, i != 3))];
        var batch = await _decisions.DecideAsync(_host.App.Id, _host.User.Id, answers, Ct);
        Assert.Equal((23, 1), await CountAsync());

        Assert.Equal(24, await _decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, Ct));
        Assert.Equal((0, 0), await CountAsync());

        await _decisions.DecideAsync(_host.App.Id, _host.User.Id, answers, Ct);
        Assert.Equal((23, 1), await CountAsync());
    }

    [Fact]
    public async Task What_another_decided_otherwise_meanwhile_is_left_out_and_reported()
    {
        var seen = await _decisions.SequenceAsync(_host.App.Id, Ct);
        var other = (await _host.UserAsync("second")).Id;
        await _decisions.DecideAsync(
            _host.App.Id,
            other,
            [new NewDecision(_inputs[0], _runner, false), new NewDecision(_inputs[1], _runner, true)],
            Ct
        );

        var step = await _decisions.DecideStepAsync(
            _host.App.Id,
            _host.User.Id,
            [.. _inputs.Take(3).Select(id => new NewDecision(id, _runner, true, Seen: seen))],
            Ct
        );

        var conflict = Assert.Single(step.Conflicts);
        Assert.Equal((_inputs[0], false, "second"), (conflict.Decision.InputId, conflict.Value, conflict.UserName));
        Assert.Equal((2, 1), await CountAsync());
    }

    [Fact]
    public async Task A_step_that_was_sent_before_is_no_conflict_with_what_came_after_it()
    {
        var seen = await _decisions.SequenceAsync(_host.App.Id, Ct);
        NewDecision[] step = [new(_inputs[0], _runner, true, ClientId: "mine", Seen: seen)];
        var first = await _decisions.DecideStepAsync(_host.App.Id, _host.User.Id, step, Ct);
        await _decisions.DecideAsync(
            _host.App.Id,
            (await _host.UserAsync("second")).Id,
            [new NewDecision(_inputs[0], _runner, false)],
            Ct
        );

        var again = await _decisions.DecideStepAsync(_host.App.Id, _host.User.Id, step, Ct);

        Assert.Empty(again.Conflicts);
        Assert.Equal((first.BatchId, first.Sequence), (again.BatchId, again.Sequence));
        Assert.Equal((0, 1), await CountAsync());
    }

    private async Task<(int Present, int Absent)> CountAsync()
    {
        var counts = (await _host.Get<ConceptService>().CountAsync(_host.App.Id, Ct)).GetValueOrDefault(_runner);
        return (counts?.Present ?? 0, counts?.Absent ?? 0);
    }
}
