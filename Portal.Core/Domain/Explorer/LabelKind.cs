namespace Portal.Core.Domain.Explorer;

/// <summary>
/// All of a label that is asked for. Of one input and concept there is one label, so it is in one set of these.
/// </summary>
internal readonly record struct LabelKind(long ConceptId, bool Value, bool IsHuman);
