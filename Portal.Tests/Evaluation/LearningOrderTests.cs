using Portal.Core.Annotations;
using Portal.Core.Evaluation;
using Portal.Core.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

public sealed class LearningOrderTests
{
    [Fact]
    public void Of_alike_inputs_one_is_asked_about_and_the_least_certain_comes_first()
    {
        // Three bundles of directions with four inputs each; the first of each is the least certain of its bundle.
        var random = new Random(1);
        float[][] axes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        var features = Enumerable.Range(0, 12).Select(i => axes[i / 4].Select(x => x + (0.05f * random.NextSingle())).ToArray()).ToList();
        var uncertainty = Enumerable.Range(0, 12).Select(i => (i / 4 / 10.0) + (i % 4 == 0 ? 0.05 : 0)).ToList();

        Assert.Equal([8, 4, 0], DiverseBatch.Pick(features, uncertainty, 3));
    }

    [Fact]
    public void What_is_certain_is_not_asked_about_while_enough_is_not()
    {
        var random = new Random(2);
        var features = Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 8).Select(_ => random.NextSingle()).ToArray()).ToList();
        var uncertainty = Enumerable.Range(0, 300).Select(i => i < 40 ? 0.6 : 0.01).ToList();

        var picked = DiverseBatch.Pick(features, uncertainty, 5);

        Assert.Equal(5, picked.Distinct().Count());
        Assert.All(picked, i => Assert.InRange(i, 0, 39));
    }

    [Fact]
    public void Fewer_than_wanted_are_all_there_is_also_when_they_are_the_same()
    {
        Assert.Equal([1, 0], DiverseBatch.Pick([[1f, 0f], [0f, 1f]], [0.1, 0.2], 5));
        Assert.Equal(4, DiverseBatch.Pick([.. Enumerable.Repeat(new[] { 1f, 1f }, 50)], new double[50], 4).Distinct().Count());
        Assert.Empty(DiverseBatch.Pick([], [], 3));
    }

    [Fact]
    public async Task Only_what_no_person_labelled_is_asked_about_or_what_is_given()
    {
        await using var host = await CoreHost.StartAsync();
        var red = await host.ConceptAsync("red");
        var labelled = await host.ProcessedAsync(1, new InputLabel("red", true));
        var open = new List<Input>();
        for (var seed = 2; seed < 7; seed++) open.Add(await host.ProcessedAsync(seed));
        await host.Get<AnnotationService>().WriteAsync(host.App.Id, host.User.Id, [new NewAnnotation(open[0].Id, red.Id, true, Machine: true, Score: 0.9)], default);
        var order = host.Get<LearningOrder>();

        Assert.Equal(open.Select(i => i.Id), (await order.NextAsync(host.App.Id, null, null, 20, default)).Order());
        Assert.Equal(3, (await order.NextAsync(host.App.Id, null, null, 3, default)).Distinct().Count());
        Assert.Equal([labelled.Id], await order.NextAsync(host.App.Id, null, [labelled.Id], 3, default));
    }
}
