using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Apps;
using Portal.Tests.Support;

namespace Portal.Tests.Annotations;

public sealed class DecisionTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private DecisionService _decisions = null!;
    private long _input;
    private long _runner;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        _decisions = _host.Get<DecisionService>();
        _runner = (await _host.ConceptAsync("runner")).Id;
        _input = (await _host.AcceptAsync(1)).Id;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_label_is_a_person_s_success_annotation()
    {
        await DecideAsync(_host.User.Id, true);

        var annotation = Assert.Single(await AnnotationsAsync());
        Assert.Equal(
            (StatusCode.AnnotationSuccess, true, AnnotationOrigin.Human),
            (annotation.Status, annotation.Value, annotation.Origin)
        );
        Assert.Equal((true, true), await LabelAsync());
    }

    [Fact]
    public async Task The_latest_person_wins_by_sequence_and_each_person_has_one_row()
    {
        var other = (await _host.UserAsync("second")).Id;
        await DecideAsync(_host.User.Id, true);
        await DecideAsync(other, true);
        await DecideAsync(_host.User.Id, false);

        Assert.Equal((false, true), await LabelAsync());
        Assert.Equal(2, (await AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task Clearing_a_label_lets_the_other_person_s_earlier_word_count_again()
    {
        var other = (await _host.UserAsync("second")).Id;
        await DecideAsync(other, true);
        await DecideAsync(_host.User.Id, false);
        await DecideAsync(_host.User.Id, null);

        Assert.Equal((true, true), await LabelAsync());
        Assert.Equal("second", Assert.Single(await AnnotationsAsync()).WrittenAs);
    }

    [Fact]
    public async Task Undo_restores_what_was_there_before()
    {
        await DecideAsync(_host.User.Id, true);
        var batch = await DecideAsync(_host.User.Id, false);

        Assert.Equal(1, await _decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, default));

        Assert.Equal((true, true), await LabelAsync());
        Assert.True(Assert.Single(await AnnotationsAsync()).Value);
        Assert.Equal(0, await _decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, default));
    }

    [Fact]
    public async Task Undoing_the_only_label_leaves_nothing_but_the_log()
    {
        var batch = await DecideAsync(_host.User.Id, true);
        await _decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, default);

        Assert.Empty(await AnnotationsAsync());
        Assert.Null(await LabelAsync());
        Assert.NotNull(Assert.Single(await _decisions.HistoryAsync(_input, default)).UndoneAt);
    }

    [Fact]
    public async Task A_decision_sent_twice_is_applied_once_and_answers_the_same_batch()
    {
        var sent = new NewDecision(_input, _runner, true, ClientId: "client-1");
        var first = await _decisions.DecideAsync(_host.App.Id, _host.User.Id, [sent], default);
        var again = await _decisions.DecideAsync(_host.App.Id, _host.User.Id, [sent], default);

        Assert.Equal(first, again);
        Assert.Single(await _decisions.HistoryAsync(_input, default));
    }

    [Theory]
    [InlineData(true, StatusCode.AnnotationSuccess)]
    [InlineData(false, StatusCode.AnnotationReviewDenied)]
    public async Task A_review_settles_a_pending_annotation_and_undo_queues_it_again(bool approve, StatusCode expected)
    {
        var pending = await PendingAsync();

        var batch = await _decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [new NewDecision(_input, _runner, approve, pending.Id)],
            default
        );

        var reviewed = Assert.Single(await AnnotationsAsync());
        Assert.Equal((expected, "owner"), (reviewed.Status, reviewed.ReviewedBy));
        Assert.Equal((approve, true), await LabelAsync());

        await _decisions.UndoAsync(_host.App.Id, _host.User.Id, batch, default);
        var back = Assert.Single(await AnnotationsAsync());
        Assert.Equal((StatusCode.AnnotationPending, null), (back.Status, back.ReviewedBy));
        Assert.Null(await LabelAsync());
    }

    [Fact]
    public async Task A_label_of_one_s_own_settles_what_waits_for_the_same_concept()
    {
        await PendingAsync();
        await DecideAsync(_host.User.Id, false);

        Assert.Equal(
            [StatusCode.AnnotationReviewDenied, StatusCode.AnnotationSuccess],
            (await AnnotationsAsync()).OrderBy(a => a.Id).Select(a => a.Status)
        );
    }

    [Fact]
    public async Task Pending_is_never_a_label()
    {
        await PendingAsync();
        Assert.Null(await LabelAsync());
    }

    [Fact]
    public async Task A_machine_success_from_another_tool_is_a_label_until_a_person_says_otherwise()
    {
        await _host
            .Get<AnnotationService>()
            .WriteAsync(
                _host.App.Id,
                _host.User.Id,
                [new NewAnnotation(_input, _runner, true, Machine: true, Score: 0.9)],
                default
            );
        Assert.Equal((true, false), await LabelAsync());

        await DecideAsync(_host.User.Id, false);
        Assert.Equal((false, true), await LabelAsync());
    }

    [Fact]
    public async Task A_decision_about_another_app_s_input_is_refused_and_nothing_is_written()
    {
        var foreign = await _host.Get<AppService>().CreateAsync(_host.User.Id, "other", null, null, default);

        var error = await Assert.ThrowsAsync<PortalException>(() =>
            _decisions.DecideAsync(foreign.Id, _host.User.Id, [new NewDecision(_input, _runner, true)], default)
        );

        Assert.Equal(StatusCode.InputDoesNotExist, error.Code);
        Assert.Empty(await _decisions.HistoryAsync(_input, default));
    }

    [Fact]
    public async Task A_decision_keeps_how_its_input_was_drawn_and_an_approval_without_a_word_was_pending()
    {
        await _decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [new NewDecision(_input, _runner, true, SamplingMethod: SamplingMethod.MostInformative)],
            default
        );
        await DecideAsync(_host.User.Id, false);
        var pending = await PendingAsync();
        await _decisions.DecideAsync(
            _host.App.Id,
            _host.User.Id,
            [new NewDecision(_input, _runner, true, pending.Id)],
            default
        );
        var uploaded = await _host.AcceptAsync(2, new InputLabel("runner", true));

        await using var db = _host.Db();
        Assert.Equal(
            [SamplingMethod.MostInformative, SamplingMethod.Unstated, SamplingMethod.Pending],
            await db
                .Decisions.Where(d => d.InputId == _input)
                .OrderBy(d => d.Id)
                .Select(d => d.SamplingMethod)
                .ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            SamplingMethod.Random,
            (
                await db.Decisions.SingleAsync(d => d.InputId == uploaded.Id, TestContext.Current.CancellationToken)
            ).SamplingMethod
        );
    }

    private Task<string> DecideAsync(long userId, bool? value) =>
        _decisions.DecideAsync(_host.App.Id, userId, [new NewDecision(_input, _runner, value)], default);

    private async Task<AnnotationView> PendingAsync() =>
        (
            await _host
                .Get<AnnotationService>()
                .WriteAsync(
                    _host.App.Id,
                    _host.User.Id,
                    [new NewAnnotation(_input, _runner, true, StatusCode.AnnotationPending, Machine: true, Score: 0.5)],
                    default
                )
        )[0];

    private async Task<IReadOnlyList<AnnotationView>> AnnotationsAsync() =>
        [.. (await _host.Get<AnnotationService>().OfInputsAsync([_input], default))[_input]];

    private async Task<(bool Value, bool IsHuman)?> LabelAsync()
    {
        await using var db = _host.Db();
        var label = await db.Labels.SingleOrDefaultAsync(l => l.InputId == _input && l.ConceptId == _runner);
        return label is null ? null : (label.Value, label.IsHuman);
    }
}
