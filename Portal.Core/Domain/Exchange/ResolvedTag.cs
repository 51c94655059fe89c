namespace Portal.Core.Domain.Exchange;

/// <summary>A label of a file whose concept is known.</summary>
/// <param name="ConceptId">Internal key.</param>
public sealed record ResolvedTag(long ConceptId, ImportedTag Tag);

/// <summary>What came of the tags of one picture.</summary>
/// <param name="Count">Tags that were written.</param>
/// <param name="Kept">Labels that were left out because a person decided otherwise in the app.</param>
/// <param name="Strangers">Statements whose author this portal does not know.</param>
public readonly record struct TagsWritten(int Count, int Kept, int Strangers);
