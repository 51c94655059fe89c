using System.Text.Json.Serialization;

namespace Portal.Core.Domain.Datasets;

/// <summary>What differs between two datasets. Lists hold the first of each; the counts are whole.</summary>
/// <param name="Added">Inputs only the second has.</param>
/// <param name="Removed">Inputs only the first has.</param>
/// <param name="Changed">Inputs that both have, with other labels.</param>
/// <param name="Same">Inputs that both have, with the same labels.</param>
public sealed record DatasetDiff(
    int Added,
    int Removed,
    int Changed,
    int Same,
    IReadOnlyList<DiffInput> FirstAdded,
    IReadOnlyList<DiffInput> FirstRemoved,
    IReadOnlyList<DiffInput> FirstChanged
);

/// <summary>An input that differs.</summary>
/// <param name="Key">Internal key.</param>
/// <param name="Id">As it was called in the dataset.</param>
/// <param name="Labels">Of a changed input: what differs. Of another: its labels.</param>
public sealed record DiffInput(
    [property: JsonIgnore] long Key,
    string Id,
    string FileName,
    string Hash,
    IReadOnlyList<LabelChange> Labels
);

/// <summary>A label before and after; null is no label.</summary>
/// <param name="Concept">The concept's id.</param>
public sealed record LabelChange(string Concept, bool? Before, bool? After);
