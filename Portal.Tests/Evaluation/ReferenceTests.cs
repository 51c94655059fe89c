using System.Text.Json;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

/// <summary>Against scikit-learn's and SciPy's figures, as <c>Reference/reference.py</c> wrote them.</summary>
public class ReferenceTests
{
    private const double Tolerance = 1e-9;

    private static readonly JsonElement s_reference = Read();

    public static TheoryData<string> Names =>
        [.. s_reference.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Counts_and_metrics_of_each_concept_and_of_all_are_scikit_learns(string name)
    {
        var (expected, scores) = Evaluation(name);
        var report = EvaluationReport.Of(scores, expected.GetProperty("threshold").GetDouble());

        foreach (var (concept, figures) in report.Concepts.Zip(expected.GetProperty("concepts").EnumerateArray()))
        {
            var (tp, fp, fn, tn) = concept.Counts;
            Assert.Equal(figures.GetProperty("counts").EnumerateArray().Select(n => n.GetInt32()), [tp, fp, fn, tn]);
            Same(figures, concept.Metrics);
        }
        Same(expected.GetProperty("macro"), report.Macro);
        Same(expected.GetProperty("micro"), report.Micro);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reliability_curves_and_their_error_are_scikit_learns(string name)
    {
        var (expected, scores) = Evaluation(name);

        foreach (
            var (concept, figures) in EvaluationReport
                .Of(scores)
                .Concepts.Zip(expected.GetProperty("concepts").EnumerateArray())
        )
        {
            if (!figures.TryGetProperty("reliability", out var curve))
            {
                continue;
            }

            Assert.Equal(
                curve.GetProperty("count").EnumerateArray().Select(n => n.GetInt32()),
                concept.Reliability.Bins.Select(bin => bin.Count)
            );
            Same(curve.GetProperty("mean"), concept.Reliability.Bins.Select(bin => bin.MeanScore));
            Same(curve.GetProperty("present"), concept.Reliability.Bins.Select(bin => bin.PresentShare));
            Assert.Equal(
                curve.GetProperty("error").GetDouble(),
                concept.Reliability.ExpectedCalibrationError,
                Tolerance
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_temperature_with_the_least_loss_is_the_one_SciPy_finds(string name)
    {
        var (expected, scores) = Evaluation(name);

        foreach (
            var (figures, concept) in expected
                .GetProperty("concepts")
                .EnumerateArray()
                .Select((figures, concept) => (figures, concept))
        )
        {
            if (!figures.TryGetProperty("calibration", out var calibration))
            {
                continue;
            }

            var labels = scores.LabelsOf(concept);
            var found = Calibration.Of(
                HeldOut.Of(
                    [1],
                    [.. labels.Select(l => (sbyte)(l.IsPresent ? 1 : 0))],
                    [.. labels.Select(l => l.Score)]
                ),
                isExclusive: false
            );

            // The valley is flat: two searches agree on where it is lowest to about the root of their precision.
            Assert.Equal(1, found.Temperatures[0] / calibration.GetProperty("temperature").GetDouble(), 1e-5);
            Assert.Equal(calibration.GetProperty("lossBefore").GetDouble(), found.LogLoss, Tolerance);
        }
    }

    [Fact]
    public void Binomial_tails_are_SciPys()
    {
        foreach (var tail in s_reference.GetProperty("binomialTails").EnumerateArray().Select(Numbers))
        {
            Assert.Equal(tail[3], ErrorBudget.AtMost(tail[0], tail[1], tail[2]), Tolerance);
        }
    }

    [Fact]
    public void The_interval_of_a_precision_is_SciPys()
    {
        foreach (var interval in s_reference.GetProperty("precisionIntervals").EnumerateArray().Select(Numbers))
        {
            var audited = new AuditedPrecision("w", "W", 1, 1, (int)interval[0], (int)interval[1], 0, null, []);

            Assert.Equal(interval[2], audited.Lowest, Tolerance);
            Assert.Equal(interval[3], audited.Highest, Tolerance);
        }
    }

    private static void Same(JsonElement expected, MetricSummary actual)
    {
        Assert.Equal(expected.GetProperty("precision").GetDouble(), actual.Precision, Tolerance);
        Assert.Equal(expected.GetProperty("recall").GetDouble(), actual.Recall, Tolerance);
        Assert.Equal(expected.GetProperty("f1").GetDouble(), actual.F1, Tolerance);
        Assert.Equal(expected.GetProperty("averagePrecision").GetDouble(), actual.AveragePrecision, Tolerance);
        Assert.Equal(expected.GetProperty("rocAuc").GetDouble(), actual.RocAuc, Tolerance);
    }

    private static void Same(JsonElement expected, IEnumerable<double> actual)
    {
        foreach (var (one, other) in Numbers(expected).Zip(actual))
        {
            Assert.Equal(one, other, Tolerance);
        }
    }

    private static (JsonElement Expected, HeldOutScores Scores) Evaluation(string name)
    {
        var expected = s_reference
            .GetProperty("evaluations")
            .EnumerateArray()
            .Single(e => e.GetProperty("name").GetString() == name);
        var concepts = Enumerable.Range(1, expected.GetProperty("concepts").GetArrayLength()).Select(id => (long)id);
        return (
            expected,
            HeldOut.Of(
                [.. concepts],
                [.. Numbers(expected.GetProperty("labels")).Select(label => (sbyte)label)],
                Numbers(expected.GetProperty("scores"))
            )
        );
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static JsonElement Read()
    {
        using var stored = typeof(ReferenceTests).Assembly.GetManifestResourceStream("reference.json")!;
        using var document = JsonDocument.Parse(stored);
        return document.RootElement.Clone();
    }
}
