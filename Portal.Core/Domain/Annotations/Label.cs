using Portal.Core.Services.Annotations;

namespace Portal.Core.Domain.Annotations;

/// <summary>
/// What counts for one concept on one input: the latest human decision, else a machine SUCCESS; no row where there is
/// neither. Kept by <see cref="LabelResolution"/> in the transaction of every change, so that search, counts and
/// training read one table.
/// </summary>
public sealed class Label
{
    public long InputId { get; set; }
    public long ConceptId { get; set; }
    public long AppId { get; set; }
    public bool Value { get; set; }

    /// <summary>True where a person decided it; a workflow then never changes it.</summary>
    public bool IsHuman { get; set; }
}
