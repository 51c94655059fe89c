using Portal.Core.Domain.Evaluation;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

public class EvaluationReportTests
{
    // Two concepts on five inputs; the last answer of the second concept is unknown.
    private static readonly HeldOutScores s_scores = HeldOut.Of(
        [11, 12],
        [1, 0, 1, 0, 0, 1, 0, 0, 1, -1],
        [0.9, 0.2, 0.4, 0.6, 0.7, 0.8, 0.1, 0.3, 0.6, 0.9]
    );

    [Fact]
    public void Answers_are_counted_per_concept_and_unknown_ones_left_out()
    {
        var report = EvaluationReport.Of(s_scores);

        Assert.Equal([11L, 12L], report.Concepts.Select(c => c.ConceptId));
        Assert.Equal(new ConfusionCounts(2, 1, 1, 1), report.Concepts[0].Counts);
        Assert.Equal(new ConfusionCounts(1, 1, 0, 2), report.Concepts[1].Counts);
    }

    [Fact]
    public void Precision_recall_and_f1_follow_from_the_counts()
    {
        var (first, second) = (
            EvaluationReport.Of(s_scores).Concepts[0].Metrics,
            EvaluationReport.Of(s_scores).Concepts[1].Metrics
        );

        Assert.Equal((2 / 3.0, 2 / 3.0, 2 / 3.0), (first.Precision, first.Recall, first.F1));
        Assert.Equal((1 / 2.0, 1.0, 2 / 3.0), (second.Precision, second.Recall, second.F1));
        Assert.Equal((1 / 3.0) + (2 / 3.0 * ((2 / 3.0 + 3 / 4.0) / 2)), first.AveragePrecision, 1e-9);
        Assert.Equal(4 / 6.0, first.RocAuc, 1e-9);
    }

    [Fact]
    public void Macro_is_the_mean_of_concepts_and_micro_the_figure_of_all_answers()
    {
        var report = EvaluationReport.Of(s_scores);

        Assert.Equal(((2 / 3.0) + (1 / 2.0)) / 2, report.Macro.Precision, 1e-9);
        Assert.Equal(((2 / 3.0) + 1) / 2, report.Macro.Recall, 1e-9);
        Assert.Equal(3 / 5.0, report.Micro.Precision, 1e-9);
        Assert.Equal(3 / 4.0, report.Micro.Recall, 1e-9);
        Assert.Equal(2 * 3 / (2 * 3 + 2 + 1.0), report.Micro.F1, 1e-9);
        // Present: 0.9 0.8 0.6 0.4; absent: 0.7 0.6 0.3 0.2 0.1.
        Assert.Equal((5 + 5 + 3.5 + 3) / 20, report.Micro.RocAuc, 1e-9);
    }

    [Fact]
    public void A_threshold_is_passed_by_greater_scores_only()
    {
        var labels = ScoredLabels.Of((0.5, 1), (0.6, 1), (0.4, 0));

        Assert.Equal(new ConfusionCounts(1, 0, 1, 1), ConfusionCounts.At(0.5, labels));
        Assert.Equal(new ConfusionCounts(2, 1, 0, 0), ConfusionCounts.At(0, labels));
    }

    [Fact]
    public void What_is_undefined_is_not_a_number_and_leaves_the_mean_alone()
    {
        var none = ConfusionCounts.At(0.9, ScoredLabels.Of((0.5, 0), (0.6, 0)));

        Assert.Equal((double.NaN, double.NaN, double.NaN), (none.Precision, none.Recall, none.F1));
        Assert.Equal(0.25, MetricSummary.MeanOf([new(double.NaN, 0, 0, 0, 0), new(0.25, 0, 0, 0, 0)]).Precision);
        Assert.Equal(double.NaN, MetricSummary.MeanOf([new(double.NaN, 0, 0, 0, 0)]).Precision);
    }

    [Fact]
    public void The_confusion_matrix_names_its_rows()
    {
        var cells = s_scores.Confusion().Select(cell => (cell.Actual, cell.Predicted, string.Join(' ', cell.Rows)));

        Assert.Equal([(0, 0, "0"), (0, 1, "1 4"), (1, 1, "2")], cells);
    }

    [Fact]
    public void An_input_with_two_concepts_is_right_if_its_highest_score_is_one_of_them()
    {
        var cells = HeldOut
            .Of([1, 2, 3], [1, 1, 0, 1, 1, 0], [0.1, 0.9, 0.2, 0.1, 0.2, 0.9])
            .Confusion()
            .Select(cell => (cell.Actual, cell.Predicted));

        Assert.Equal([(0, 2), (1, 1), (1, 2)], cells);
    }
}
