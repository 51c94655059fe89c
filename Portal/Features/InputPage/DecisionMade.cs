namespace Portal.Features.InputPage;

/// <summary>A decision a person just made in the browser; it is on its way, or will be.</summary>
/// <param name="DecisionId">Made in the browser; names it for undo.</param>
/// <param name="Value">1 present, 0 absent, null taken back.</param>
public sealed record DecisionMade(string DecisionId, string InputId, string ConceptId, int? Value);
