namespace Portal.Core.Domain.Evaluation;

/// <summary>What a suggested threshold stands on.</summary>
public enum SuggestionBasis
{
    /// <summary>The labels are too few, or too many are wrong, to suggest anything.</summary>
    None = 0,

    /// <summary>Labels that were chosen in some way: a guide, no guarantee.</summary>
    Estimate = 1,

    /// <summary>
    /// Labels of inputs drawn at random or by audit: it holds with the stated confidence for uploads like them.
    /// </summary>
    Guarantee = 2,
}
