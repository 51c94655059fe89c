using System.Globalization;
using Portal.Core.Domain.Evaluation;

namespace Portal.Features.Suggestions;

/// <summary>Figures of an evaluation in words for a page.</summary>
public static class EvaluationFormatter
{
    /// <summary>A figure from 0 to 1 with two decimals, or a dash where the labels do not define it.</summary>
    public static string Figure(double value) =>
        double.IsNaN(value) ? "–" : value.ToString("0.00", CultureInfo.CurrentCulture);

    /// <summary>A part as a whole percentage, or a dash.</summary>
    public static string Percent(double part) =>
        double.IsNaN(part) ? "–" : string.Create(CultureInfo.CurrentCulture, $"{100 * part:0.#} %");

    /// <summary>A threshold as far as a person reads it; what is stored is not rounded.</summary>
    public static string Threshold(double value) => value.ToString("0.00#", CultureInfo.CurrentCulture);

    public static string Of(SuggestionBasis basis) => basis == SuggestionBasis.Guarantee ? "guarantee" : "estimate";

    public static string Because(SuggestionBasis basis) =>
        basis switch
        {
            SuggestionBasis.Guarantee =>
                "Stands on labels of inputs drawn at random or by audit: it holds for uploads like those.",
            SuggestionBasis.Estimate =>
                "The labels were chosen in some way, or no exact bound is reached yet. A guide, no guarantee.",
            _ => "The labels are too few, or too many are wrong, to accept anything.",
        };

    /// <summary>What would turn a suggestion into a guarantee, or why nothing would.</summary>
    public static string Missing(ConceptSuggestion suggestion, GuaranteeTarget target) =>
        suggestion switch
        {
            { HighBasis: SuggestionBasis.Guarantee } => "",
            { MoreLabels: { } more } => string.Create(
                CultureInfo.CurrentCulture,
                $"A guarantee needs about {more:N0} more inputs labelled in random order."
            ),
            _ => string.Create(
                CultureInfo.CurrentCulture,
                $"Even where it is surest, more than {100 * target.Error:0.#} % is wrong. Correct wrong labels, add "
                    + $"varied ones, or allow more errors."
            ),
        };
}
