using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

public class SuggestionServiceTests
{
    [Fact]
    public void Audits_of_what_was_accepted_do_not_make_the_low_threshold_drop_more()
    {
        (double Score, bool Present, SamplingMethod SamplingMethod)[] random =
        [
            .. Enumerable.Range(1, 100).Select(i => (i / 100.0, true, SamplingMethod.Random)),
            .. Enumerable.Range(1, 100).Select(i => (i / 200.0, false, SamplingMethod.Random)),
        ];
        var audits = Enumerable.Range(1, 900).Select(i => (0.9 + (i / 10_000.0), true, SamplingMethod.Audit));

        var (alone, together) = (Suggest(random), Suggest([.. random, .. audits]));

        Assert.Equal(SuggestionBasis.Guarantee, alone.LowBasis);
        Assert.Equal((alone.Low, alone.LowBasis), (together.Low, together.LowBasis));
        Assert.Equal(1_100, together.CertifyingLabels);
    }

    [Fact]
    public void The_low_end_of_a_band_is_not_above_its_high_end()
    {
        var suggestion = Suggest([
            .. Enumerable.Range(1, 100).Select(i => (0.5 + (i / 1000.0), true, SamplingMethod.Random)),
        ]);

        Assert.Equal((0.0, 0.0), (suggestion.Low, suggestion.High));
    }

    private static ConceptSuggestion Suggest((double Score, bool Present, SamplingMethod SamplingMethod)[] labels)
    {
        var scores = HeldOut.Of(
            [1],
            [.. labels.Select(l => (sbyte)(l.Present ? 1 : 0))],
            [.. labels.Select(l => l.Score)]
        ) with
        {
            SamplingMethods = [.. labels.Select(l => l.SamplingMethod)],
        };
        return SuggestionService
            .Suggest(
                scores,
                new SampledScores(0, true, new Dictionary<long, double[]> { [1] = [] }),
                new GuaranteeTarget(0.05)
            )
            .Concepts.Single();
    }
}
