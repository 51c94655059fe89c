using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;
using Portal.Tests.Support;

namespace Portal.Tests.Models;

/// <summary>
/// What a classifier over runner and walker learns from an input, as labels come to stand on it; stroller is a third
/// concept.
/// </summary>
public sealed class TrainingDataTests : IAsyncLifetime
{
    private const int Present = 1;
    private const int Absent = 0;
    private const int Unknown = -1;
    private CoreHost _host = null!;
    private Concept _runner = null!;
    private Concept _walker = null!;
    private Concept _stroller = null!;
    private long _input;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        _runner = await _host.ConceptAsync("runner");
        _walker = await _host.ConceptAsync("walker");
        _stroller = await _host.ConceptAsync("stroller");
        _input = await EmbeddedAsync(1);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_input_without_labels_takes_no_part()
    {
        Assert.Null(await RowAsync());
    }

    [Fact]
    public async Task A_persons_yes_is_a_no_for_the_concepts_nobody_answered()
    {
        await SayAsync(_runner, true);
        AssertRow([Present, Absent], await RowAsync());
    }

    [Fact]
    public async Task An_answer_stands_whatever_the_rule_implies()
    {
        await SayAsync(_runner, true);
        await SayAsync(_walker, true);
        AssertRow([Present, Present], await RowAsync());
    }

    [Fact]
    public async Task A_yes_for_a_concept_outside_the_model_makes_the_input_a_negative()
    {
        await SayAsync(_stroller, true);
        AssertRow([Absent, Absent], await RowAsync());
    }

    [Fact]
    public async Task Nothing_is_implied_where_something_is_pending()
    {
        await SayAsync(_runner, true);
        await MachineAsync(_walker, StatusCode.AnnotationPending);
        AssertRow([Present, Unknown], await RowAsync());
    }

    [Fact]
    public async Task An_input_with_only_no_is_negative_for_all()
    {
        await SayAsync(_runner, false);
        AssertRow([Absent, Absent], await RowAsync());
    }

    [Fact]
    public async Task A_machines_yes_implies_nothing()
    {
        await MachineAsync(_runner, StatusCode.AnnotationSuccess);
        AssertRow([Present, Unknown], await RowAsync());
    }

    [Fact]
    public async Task A_persons_no_beside_a_machines_yes_implies_nothing()
    {
        await MachineAsync(_runner, StatusCode.AnnotationSuccess);
        await SayAsync(_stroller, false);
        AssertRow([Present, Unknown], await RowAsync());
    }

    [Fact]
    public async Task An_approved_suggestion_implies_as_a_persons_yes_does()
    {
        var pending = await MachineAsync(_runner, StatusCode.AnnotationPending);
        await _host
            .Get<AnnotationService>()
            .ChangeStatusAsync(_host.App.Id, _host.User.Id, pending.ExternalId, StatusCode.AnnotationSuccess, default);
        AssertRow([Present, Absent], await RowAsync());
    }

    [Fact]
    public async Task With_the_rule_off_only_answers_count()
    {
        await SayAsync(_runner, false);
        AssertRow([Absent, Unknown], await RowAsync(implicitNegatives: false));
        await SayAsync(_stroller, true);
        AssertRow([Absent, Unknown], await RowAsync(implicitNegatives: false));
    }

    [Fact]
    public async Task An_input_that_says_nothing_of_the_model_takes_no_part_with_the_rule_off()
    {
        await SayAsync(_stroller, true);
        Assert.Null(await RowAsync(implicitNegatives: false));
    }

    [Fact]
    public async Task People_only_leaves_out_what_machines_wrote_and_implies_nothing_against_it()
    {
        await MachineAsync(_runner, StatusCode.AnnotationSuccess);
        Assert.Null(await RowAsync(peopleOnly: true));
        await SayAsync(_walker, true);
        AssertRow([Unknown, Present], await RowAsync(peopleOnly: true));
        AssertRow([Present, Present], await RowAsync());
    }

    [Fact]
    public async Task A_deleted_input_takes_no_part()
    {
        await SayAsync(_runner, true);
        await _host.Get<InputService>().DeleteAsync(_host.App.Id, "picture-1", default);
        Assert.Null(await RowAsync());
    }

    [Fact]
    public async Task Counts_are_of_the_inputs_that_take_part()
    {
        await SayAsync(_runner, true);
        await SayAsync(_runner, false, await EmbeddedAsync(2));
        await SayAsync(_runner, true, (await _host.AcceptAsync(3)).Id);

        var gathered = await GatherAsync();

        Assert.Equal(
            [new ConceptLabelCounts(_runner.Id, 1, 1, 0), new ConceptLabelCounts(_walker.Id, 0, 2, 2)],
            gathered.Counts
        );
        Assert.Equal(2, gathered.Set.Count);
        Assert.Equal(1, await _host.Get<TrainingData>().CountUnprocessedAsync(_host.App.Id, default));
    }

    [Fact]
    public async Task Each_row_carries_its_own_inputs_embedding()
    {
        await SayAsync(_runner, true, await EmbeddedAsync(2));
        await SayAsync(_runner, true);

        var gathered = await GatherAsync();

        Assert.Equal(2, gathered.InputIds.Count);
        for (var row = 0; row < 2; row++)
        {
            Assert.Equal(
                (await _host.Get<EmbeddingStore>().LoadAsync(gathered.InputIds[row], default))!,
                gathered.Set.Embedding(row).ToArray()
            );
        }
    }

    private static void AssertRow(IReadOnlyList<int> expected, IReadOnlyList<int>? row) => Assert.Equal(expected, row);

    private Task<string> SayAsync(Concept concept, bool value, long? inputId = null) =>
        _host
            .Get<DecisionService>()
            .DecideAsync(_host.App.Id, _host.User.Id, [new NewDecision(inputId ?? _input, concept.Id, value)], default);

    private async Task<AnnotationView> MachineAsync(Concept concept, StatusCode status) =>
        (
            await _host
                .Get<AnnotationService>()
                .WriteAsync(
                    _host.App.Id,
                    _host.User.Id,
                    [new NewAnnotation(_input, concept.Id, true, status, Machine: true, Score: 0.9)],
                    default
                )
        )[0];

    private async Task<IReadOnlyList<int>?> RowAsync(bool implicitNegatives = true, bool peopleOnly = false)
    {
        var gathered = await GatherAsync(implicitNegatives, peopleOnly);
        return gathered.Set.Count == 0 ? null : [.. gathered.Set.Labels.Take(2).Select(label => (int)label)];
    }

    private async Task<LabelledInputs> GatherAsync(bool implicitNegatives = true, bool peopleOnly = false)
    {
        var embeddings = _host.Get<EmbeddingStore>();
        return await _host
            .Get<TrainingData>()
            .GatherAsync(
                _host.App.Id,
                [_runner.Id, _walker.Id],
                await embeddings.EmbedderIdAsync(default),
                embeddings.Dimensions,
                peopleOnly,
                implicitNegatives,
                default
            );
    }

    /// <summary>A processed input whose vector is all <paramref name="seed"/>.</summary>
    private async Task<long> EmbeddedAsync(int seed)
    {
        var input = await _host.AcceptAsync(seed);
        var claim = Assert.Single(await _host.Get<InputQueue>().ClaimAsync(default));
        var vector = new Half[_host.Get<EmbeddingStore>().Dimensions];
        Array.Fill(vector, (Half)seed);
        await _host.Get<InputQueue>().CommitAsync(claim, vector, default);
        return input.Id;
    }
}
