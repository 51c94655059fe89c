using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Labeling;
using Portal.Tests.Support;

namespace Portal.Tests.Annotations;

public sealed class LeaseTests : IAsyncLifetime
{
    private readonly AdjustableClock _clock = new();
    private CoreHost _host = null!;
    private LeaseService _leases = null!;
    private List<long> _inputs = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(
            workers: false,
            services: services => services.AddSingleton<TimeProvider>(_clock)
        );
        _leases = _host.Get<LeaseService>();
        for (var seed = 0; seed < 6; seed++)
        {
            _inputs.Add((await _host.AcceptAsync(seed)).Id);
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_one_holds_nobody_else_is_handed()
    {
        Assert.Equal(_inputs[..4], await TakeAsync("a", 4));
        Assert.Equal(_inputs[4..], await TakeAsync("b", 4));
        Assert.Empty(await TakeAsync("a", 4));
    }

    [Fact]
    public async Task What_is_released_can_be_taken_again()
    {
        await TakeAsync("a", 6);
        await _leases.ReleaseAsync(_host.App.Id, "b", null, Ct);
        Assert.Empty(await TakeAsync("b", 6));
        await _leases.ReleaseAsync(_host.App.Id, "a", [_inputs[2]], Ct);
        Assert.Equal([_inputs[2]], await TakeAsync("b", 6));
        await _leases.ReleaseAsync(_host.App.Id, "a", null, Ct);
        Assert.Equal(5, (await TakeAsync("b", 6)).Count);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_runs_out()
    {
        await TakeAsync("a", 6);
        _clock.Advance(LeaseService.Duration - TimeSpan.FromSeconds(10));
        await _leases.RenewAsync(_host.App.Id, "a", Ct);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(await TakeAsync("b", 6));

        _clock.Advance(LeaseService.Duration);
        Assert.Equal(6, (await TakeAsync("b", 6)).Count);
    }

    [Fact]
    public async Task Of_many_at_once_each_input_goes_to_one()
    {
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => Task.Run(() => TakeAsync($"holder-{n}", 2), Ct))
        );

        Assert.Equal(_inputs, taken.SelectMany(ids => ids).Order());
    }

    [Fact]
    public async Task Review_hands_out_the_least_certain_or_the_surest_first_and_skips_what_is_held()
    {
        var runner = await _host.ConceptAsync("runner");
        double[] scores = [0.9, 0.52, 0.1, 0.7];
        await _host
            .Get<AnnotationService>()
            .WriteAsync(
                _host.App.Id,
                _host.User.Id,
                [
                    .. scores.Select(
                        (score, i) =>
                            new NewAnnotation(
                                _inputs[i],
                                runner.Id,
                                true,
                                StatusCode.AnnotationPending,
                                Machine: true,
                                Score: score
                            )
                    ),
                ],
                Ct
            );
        var batches = _host.Get<ReviewBatches>();

        var first = await batches.NextAsync(_host.App.Id, "a", null, ReviewOrder.LowestConfidence, [], 1, Ct);
        Assert.Equal([0.52], first.Annotations.Select(a => a.Score!.Value));
        Assert.Equal(4, first.Left);
        var others = await batches.NextAsync(_host.App.Id, "b", runner.Id, ReviewOrder.HighestConfidence, [], 9, Ct);
        Assert.Equal([0.9, 0.7, 0.1], others.Annotations.Select(a => a.Score!.Value));
        Assert.Empty(
            (await batches.NextAsync(_host.App.Id, "c", null, ReviewOrder.HighestConfidence, [], 9, Ct)).Annotations
        );
    }

    [Fact]
    public async Task Labelling_hands_out_what_nobody_answered_for()
    {
        var runner = await _host.ConceptAsync("runner");
        var walker = await _host.ConceptAsync("walker");
        await _host
            .Get<DecisionService>()
            .DecideAsync(_host.App.Id, _host.User.Id, [new NewDecision(_inputs[0], runner.Id, true)], Ct);
        var batches = _host.Get<LabelBatches>();

        var all = await batches.NextAsync(_host.App.Id, "a", new LabelQuery(LabelOrder.Uploaded), 2, Ct);
        Assert.Equal(
            (_inputs[1..3], 5, 6),
            (all.Inputs.Select(i => i.Id).ToList(), all.Left, all.Total),
            EqualityComparer<(List<long>, int, int)>.Create(
                (x, y) => x.Item1.SequenceEqual(y.Item1) && (x.Item2, x.Item3) == (y.Item2, y.Item3)
            )
        );
        // For another concept the labelled one is open too. Without a trained model there is no surest: chance takes
        // its place and says so.
        var ofWalker = await batches.NextAsync(
            _host.App.Id,
            "b",
            new LabelQuery(LabelOrder.HighestConfidence, walker.Id),
            9,
            Ct
        );
        Assert.Equal(LabelOrder.Random, ofWalker.Order);
        Assert.Equal([_inputs[0], .. _inputs[3..]], ofWalker.Inputs.Select(i => i.Id).Order());
    }

    [Fact]
    public async Task What_was_skipped_goes_to_others_and_not_back()
    {
        var runner = await _host.ConceptAsync("runner");
        await _host
            .Get<AnnotationService>()
            .WriteAsync(
                _host.App.Id,
                _host.User.Id,
                [
                    .. _inputs
                        .Take(2)
                        .Select(id => new NewAnnotation(
                            id,
                            runner.Id,
                            true,
                            StatusCode.AnnotationPending,
                            Machine: true,
                            Score: 0.5
                        )),
                ],
                Ct
            );
        var (reviews, labels) = (_host.Get<ReviewBatches>(), _host.Get<LabelBatches>());

        Assert.Equal(
            _inputs[1],
            Assert
                .Single(
                    (
                        await reviews.NextAsync(
                            _host.App.Id,
                            "a",
                            null,
                            ReviewOrder.LowestConfidence,
                            ["picture-0"],
                            9,
                            Ct
                        )
                    ).Annotations
                )
                .InputId
        );
        Assert.Equal(
            _inputs[0],
            Assert
                .Single(
                    (
                        await reviews.NextAsync(_host.App.Id, "b", null, ReviewOrder.LowestConfidence, [], 9, Ct)
                    ).Annotations
                )
                .InputId
        );
        var labelled = await labels.NextAsync(
            _host.App.Id,
            "a",
            new LabelQuery(LabelOrder.Uploaded, Except: ["picture-2", "picture-4"]),
            9,
            Ct
        );
        Assert.Equal([_inputs[3], _inputs[5]], labelled.Inputs.Select(i => i.Id));
        Assert.Equal(6, labelled.Left);
    }

    private Task<IReadOnlyList<long>> TakeAsync(string holder, int take) =>
        _leases.TakeAsync(_host.App.Id, holder, _inputs, take, Ct);
}
