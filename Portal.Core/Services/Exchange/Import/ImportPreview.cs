using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>What an import would do, from its first pictures.</summary>
/// <param name="Format">The format it is read as.</param>
/// <param name="Read">Pictures that were read for this.</param>
/// <param name="IsAll">There are no more.</param>
/// <param name="First">The first few.</param>
/// <param name="Labels">In the order in which they come.</param>
/// <param name="Columns">How the file's columns are read, in words; null where there is no choice.</param>
/// <param name="Refused">Pictures and files that cannot be read, with the reason of the first.</param>
public sealed record ImportPreview(
    ImportFormat Format,
    string? Columns,
    int Read,
    bool IsAll,
    IReadOnlyList<ImportedInput> First,
    IReadOnlyList<ImportLabel> Labels,
    int Refused,
    string? FirstProblem
);

/// <summary>A label of a file.</summary>
/// <param name="Count">Pictures that have it, among those that were read.</param>
/// <param name="ConceptId">The id of the concept it would mean; null where one would be made.</param>
public sealed record ImportLabel(string Label, int Count, string? ConceptId);
