using Portal.Core.Domain.Explorer;

namespace Portal.Core.Services.Exchange.Export;

/// <summary>What is to be exported, and how.</summary>
/// <param name="Format">Id of the format.</param>
/// <param name="WithPictures">The pictures themselves go into the export, not only their names.</param>
/// <param name="Filter">Which inputs; null for all.</param>
/// <param name="FilterText">The filter in words, for the manifest.</param>
/// <param name="Dataset">Id of a dataset to export in place of what a filter finds now; it brings its own filter's
/// words.</param>
public sealed record ExportRequest(
    string Format,
    bool WithPictures,
    InputFilter? Filter = null,
    string? FilterText = null,
    string? Dataset = null
);
