using System.Text.Json.Serialization;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Shared.Api;

namespace Portal.Features.Concepts;

/// <summary>
/// A concept, by itself or as something says of it: a label's ✓ or ✗, a model's score, a thresholder's threshold.
/// </summary>
internal sealed record ConceptDto
{
    public string? Id { get; init; }
    public string? Name { get; init; }

    [JsonConverter(typeof(ConceptValueConverter))]
    public double? Value { get; init; }

    /// <summary>What a machine gave it, 0 to 1, beside a label's <c>value</c>.</summary>
    public double? Score { get; init; }

    /// <summary>The concept that a Concept Synonym Mapper makes of it.</summary>
    public string? TargetId { get; init; }

    public string? AppId { get; init; }
    public string? Color { get; init; }
    public string? Hotkey { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }

    /// <summary>Whether a label says ✓ (1, the default) or ✗ (0).</summary>
    /// <exception cref="PortalException">The value is neither.</exception>
    public bool IsPresent() =>
        Value switch
        {
            null or 1 => true,
            0 => false,
            _ => throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                $"The value of the concept '{Text.Shown(Id ?? "")}' must be 1 (present) or 0 (absent).",
                Id
            ),
        };

    public static ConceptDto Of(Concept concept, string appId) =>
        new()
        {
            Id = concept.ExternalId,
            Name = concept.Name,
            AppId = appId,
            Color = concept.Color,
            Hotkey = concept.Hotkey,
            CreatedAt = concept.CreatedAt,
            ModifiedAt = concept.ModifiedAt,
        };
}

internal sealed record ConceptQueryDto
{
    /// <summary>A name to look for; <c>*</c> stands for anything.</summary>
    public string? Name { get; init; }
}

internal sealed record ConceptsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<ConceptDto?>? Concepts { get; init; }
    public ConceptDto? Concept { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
    public ConceptQueryDto? ConceptQuery { get; init; }
}

internal sealed record ConceptsResponse(IReadOnlyList<ConceptDto> Concepts) : ApiResponse;

internal sealed record ConceptResponse(ConceptDto Concept) : ApiResponse;
