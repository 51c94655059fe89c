namespace Portal.Core.Domain.Exchange;

/// <summary>What counts for one concept on one input.</summary>
/// <param name="Concept">Its id.</param>
/// <param name="Value">✓ or ✗.</param>
/// <param name="Human">A person decided it.</param>
/// <param name="Score">0 to 1, where a machine's tag with a score stands behind it.</param>
public sealed record ExchangeLabel(string Concept, bool Value, bool Human, double? Score = null);
