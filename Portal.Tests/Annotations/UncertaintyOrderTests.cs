using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Labeling;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Annotations;

public sealed class UncertaintyOrderTests
{
    [Theory]
    [InlineData(0.2, 0.9, 0.7)]
    [InlineData(0, 0.6, 0.6, 0.5)]
    [InlineData(0.8, 0.1)]
    [InlineData(0, 0.5)]
    public void What_is_certain_is_far_ahead_of_the_next_or_alone_far_from_one_half(
        double certainty,
        params double[] scores
    ) => Assert.Equal(certainty, UncertaintyOrder.Certainty(scores), 1e-12);

    [Fact]
    public async Task What_the_newest_classifier_is_least_certain_of_comes_first()
    {
        await using var host = await CoreHost.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var order = host.Get<UncertaintyOrder>();
        var models = host.Get<ModelService>();
        await host.ConceptAsync("even");
        await host.ConceptAsync("odd");
        for (var seed = 1; seed <= 6; seed++)
        {
            await host.ProcessedAsync(seed, new InputLabel(seed % 2 == 0 ? "even" : "odd", true));
        }

        var open = new List<long>();
        for (var seed = 7; seed < 15; seed++)
        {
            open.Add((await host.ProcessedAsync(seed)).Id);
        }

        Assert.Empty(await order.MostUncertainAsync(host.App.Id, open, null, 3, ct));
        await models.CreateAsync(
            host.App.Id,
            host.User.Id,
            "parity",
            null,
            null,
            new OutputDraft([new DraftConcept("even"), new DraftConcept("odd")], []),
            ct
        );
        var (version, _) = await models.TrainAsync(host.App.Id, host.User.Id, "parity", ct);
        await Wait.ForAsync(
            () => models.GetVersionAsync(host.App.Id, "parity", version.ExternalId, ct),
            v => v.Status == StatusCode.ModelTrained
        );

        var first = await order.MostUncertainAsync(host.App.Id, open, null, 3, ct);

        var ahead = (await order.ScoresAsync(host.App.Id, open, ct)).ToDictionary(
            s => s.InputId,
            s => s.Scores[0].Score - s.Scores[1].Score
        );
        Assert.Equal(open.OrderBy(id => ahead[id]).Take(3), first);
        Assert.True(ahead.Values.Distinct().Count() > 3);
    }
}
