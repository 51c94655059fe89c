using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Exchange;

/// <summary>One label in a file.</summary>
/// <param name="Label">As the file names it; a concept's id in the portal's own formats.</param>
/// <param name="Machine">The file marks it as made by a machine.</param>
/// <param name="AnnotationId">The portal's own id of the annotation, where the file knows it.</param>
public sealed record ImportedTag(
    string Label,
    bool Value = true,
    bool Machine = false,
    StatusCode Status = StatusCode.AnnotationSuccess,
    double? Score = null,
    string? AnnotationId = null
);
