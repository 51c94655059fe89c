using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Concepts;

public sealed class ConceptServiceTests : IAsyncLifetime
{
    private CoreHost _host = null!;
    private ConceptService _concepts = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CoreHost.StartAsync(workers: false);
        _concepts = _host.Get<ConceptService>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_concept_made_from_a_name_gets_an_id_a_colour_and_a_hotkey()
    {
        var made = await CreateAsync(
            new NewConcept(null, "Bike rider"),
            new NewConcept("Runner.1", null),
            new NewConcept(null, "日本")
        );

        Assert.Equal(
            [("bike_rider", "Bike rider", "1"), ("Runner.1", "Runner.1", "2")],
            made.Take(2).Select(c => (c.ExternalId, c.Name, c.Hotkey!))
        );
        Assert.Equal(32, made[2].ExternalId.Length);
        Assert.Equal(3, made.Select(c => c.Color).Distinct().Count());
    }

    [Fact]
    public async Task All_or_none_are_made()
    {
        await CreateAsync(new NewConcept("runner", null));

        await AssertRefusedAsync(
            StatusCode.DuplicateId,
            () => CreateAsync(new NewConcept("walker", null), new NewConcept("runner", null))
        );
        await AssertRefusedAsync(
            StatusCode.InvalidRequest,
            () => CreateAsync(new NewConcept("walker", null), new NewConcept("no spaces", null))
        );
        await AssertRefusedAsync(
            StatusCode.InvalidRequest,
            () => CreateAsync(new NewConcept("walker", null, Color: "red"))
        );
        await AssertRefusedAsync(
            StatusCode.InvalidRequest,
            () => CreateAsync(new NewConcept("walker", null, Hotkey: "F1"))
        );

        Assert.Equal(["runner"], (await _concepts.ListAsync(_host.App.Id, default)).Select(c => c.ExternalId));
    }

    [Theory, InlineData("a"), InlineData("G"), InlineData("r"), InlineData("s"), InlineData("z")]
    public async Task A_key_of_the_desk_is_no_hotkey(string key)
    {
        await CreateAsync(new NewConcept("runner", null));

        var refusal = await AssertRefusedAsync(
            StatusCode.InvalidRequest,
            () => _concepts.UpdateAsync(_host.App.Id, "runner", null, null, key, default)
        );

        Assert.Contains("Label and Review", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", (await _concepts.GetAsync(_host.App.Id, "runner", default)).Hotkey);
    }

    [Fact]
    public async Task Ids_differ_by_case_and_renaming_keeps_the_id()
    {
        await CreateAsync(new NewConcept("runner", null), new NewConcept("Runner", null));

        await _concepts.UpdateAsync(_host.App.Id, "Runner", "Jogger", "#112233", "J", default);

        var renamed = await _concepts.GetAsync(_host.App.Id, "Runner", default);
        Assert.Equal(("Jogger", "#112233", "j"), (renamed.Name, renamed.Color, renamed.Hotkey));
        Assert.Equal("runner", (await _concepts.GetAsync(_host.App.Id, "runner", default)).Name);
        Assert.Null((await _concepts.UpdateAsync(_host.App.Id, "Runner", null, null, "", default)).Hotkey);
    }

    [Fact]
    public async Task A_deleted_concept_frees_its_id_and_comes_back_when_it_still_is_free()
    {
        var first = await _host.ConceptAsync("runner");
        await _concepts.DeleteAsync(_host.App.Id, "runner", default);
        await AssertRefusedAsync(StatusCode.DoesNotExist, () => _concepts.GetAsync(_host.App.Id, "runner", default));
        await _host.ConceptAsync("runner");

        await AssertRefusedAsync(StatusCode.DuplicateId, () => _concepts.RestoreAsync(_host.App.Id, first.Id, default));
        await _concepts.DeleteAsync(_host.App.Id, "runner", default);
        await _concepts.RestoreAsync(_host.App.Id, first.Id, default);

        Assert.Equal(first.Id, (await _concepts.GetAsync(_host.App.Id, "runner", default)).Id);
    }

    [Fact]
    public async Task Labels_come_back_with_a_restored_concept()
    {
        var runner = await _host.ConceptAsync("runner");
        var input = await _host.AcceptAsync(1, new InputLabel("runner", true));
        await _concepts.DeleteAsync(_host.App.Id, "runner", default);
        Assert.Empty((await _host.Get<AnnotationService>().OfInputsAsync([input.Id], default))[input.Id]);

        await _concepts.RestoreAsync(_host.App.Id, runner.Id, default);

        Assert.Single((await _host.Get<AnnotationService>().OfInputsAsync([input.Id], default))[input.Id]);
    }

    [Fact]
    public async Task Counts_are_of_visible_inputs()
    {
        var runner = await _host.ConceptAsync("runner");
        await _host.AcceptAsync(1, new InputLabel("runner", true));
        await _host.AcceptAsync(2, new InputLabel("runner", false));
        await _host.AcceptAsync(3, new InputLabel("runner", true));
        var unsure = await _host.AcceptAsync(4);
        await _host
            .Get<AnnotationService>()
            .WriteAsync(
                _host.App.Id,
                _host.User.Id,
                [
                    new NewAnnotation(
                        unsure.Id,
                        runner.Id,
                        true,
                        StatusCode.AnnotationPending,
                        Machine: true,
                        Score: 0.5
                    ),
                ],
                default
            );
        await _host.Get<InputService>().DeleteAsync(_host.App.Id, "picture-3", default);

        Assert.Equal(
            new ConceptCounts(runner.Id, 1, 1, 1),
            (await _concepts.CountAsync(_host.App.Id, default))[runner.Id]
        );
    }

    private Task<IReadOnlyList<Concept>> CreateAsync(params NewConcept[] wanted) =>
        _concepts.CreateAsync(_host.App.Id, wanted, default);

    private static async Task<PortalException> AssertRefusedAsync(StatusCode code, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<PortalException>(act);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }
}
