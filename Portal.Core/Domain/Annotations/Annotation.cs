using Portal.Core.Domain.Errors;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Domain.Annotations;

/// <summary>Who made a statement. Written-as never makes a machine's annotation a person's.</summary>
public enum AnnotationOrigin
{
    Human = 0,
    Workflow = 1,

    /// <summary>Came in from another tool that marked it machine-made.</summary>
    Import = 2,
}

/// <summary>One statement "this concept is, or is not, on this input".</summary>
/// <remarks>
/// <see cref="Status"/> is derived: what was written (<see cref="WrittenStatus"/>) and what people decided since, by
/// <see cref="LabelResolution"/>. Undo therefore needs no snapshot.
/// </remarks>
public sealed class Annotation
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public long InputId { get; set; }
    public long ConceptId { get; set; }

    /// <summary>True: the concept is on the input; false: it is not.</summary>
    public bool Value { get; set; }

    public StatusCode Status { get; set; }

    /// <summary>The status its author gave it, before anybody reviewed it.</summary>
    public StatusCode WrittenStatus { get; set; }

    /// <summary>0 to 1, when a model wrote it.</summary>
    public double? Score { get; set; }

    public long WrittenAsId { get; set; }
    public AnnotationOrigin Origin { get; set; }
    public long? WorkflowId { get; set; }
    public long? WorkflowVersionId { get; set; }
    public string? NodeId { get; set; }

    /// <summary>The classifier version that gave the score.</summary>
    public long? ModelVersionId { get; set; }

    /// <summary>A JSON object of the writer's own (<c>annotation_info</c>), or null.</summary>
    public string? Info { get; set; }

    /// <summary>
    /// A settled tag that a random sample of its workflow sent to a person as well: it waits for an audit until
    /// somebody decides.
    /// </summary>
    public bool ReviewRequested { get; set; }

    public long? ReviewedById { get; set; }
    public DateTime? ReviewedAt { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }

    public bool IsMachine => Origin != AnnotationOrigin.Human;
}
