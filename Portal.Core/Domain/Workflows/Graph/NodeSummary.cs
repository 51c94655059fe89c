namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a model version does, in words for a person; numbers are written in the reader's culture.</summary>
/// <param name="Sentence">For example "passes scores &gt; 0.80 of 5 concepts".</param>
/// <param name="Detail">A line of a card, for example "5 concepts".</param>
/// <param name="Badge">A word on a card, for example "&gt; 0.80".</param>
public sealed record NodeSummary(string Sentence, string Detail, string Badge, SummaryTone Tone = SummaryTone.Plain);
