using Portal.Core.Domain.Errors;

namespace Portal.Features.Concepts;

/// <summary>Concepts that a request must name.</summary>
internal static class ConceptIds
{
    public static IReadOnlyList<ConceptDto> Required(IReadOnlyList<ConceptDto> concepts) =>
        concepts.Any(c => string.IsNullOrEmpty(c.Id))
            ? throw new PortalException(
                StatusCode.InvalidRequest,
                "A concept in 'data.concepts' has no id. Name each concept by its id.",
                "data.concepts"
            )
            : concepts;
}
