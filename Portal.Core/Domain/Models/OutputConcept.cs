using System.Text.Json.Serialization;

namespace Portal.Core.Domain.Models;

/// <summary>
/// A concept a model version speaks of, by its internal key, with what belongs to it there.
/// </summary>
/// <param name="Value">A thresholder's threshold, 0 to 1.</param>
/// <param name="TargetId">The concept that a Concept Synonym Mapper makes of it.</param>
public sealed record OutputConcept(
    long ConceptId,
    double? Value = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? TargetId = null
);
