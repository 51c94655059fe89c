namespace Portal.Core.Domain.Models;

/// <summary>What a version was trained on.</summary>
/// <param name="Inputs">Inputs that took part.</param>
/// <param name="Seconds">Wall-clock time of the training.</param>
/// <param name="ImplicitNegatives">Whether unanswered concepts beside a person's ✓ counted as ✗.</param>
/// <param name="PeopleOnly">Whether machine labels were left out.</param>
/// <param name="Concepts">Per concept, in the order of the version's concepts.</param>
/// <param name="CalibratedFrom">The number of the version whose calibrated copy this is, or null.</param>
public sealed record TrainingSummary(
    int Inputs,
    double Seconds,
    bool ImplicitNegatives,
    bool PeopleOnly,
    IReadOnlyList<ConceptLabelCounts> Concepts,
    int? CalibratedFrom = null
);

/// <summary>How many labels of one concept a version was trained on.</summary>
public sealed record ConceptLabelCounts(long ConceptId, int Present, int Absent, int ImplicitAbsent);
