using Portal.Core.Exchange;

namespace Portal.Core.Datasets;

/// <summary>What an export says beside the inputs, as it was when the dataset was made.</summary>
internal sealed record DatasetHeader(ExportedApp App, IReadOnlyList<ExchangeConcept> Concepts, ExportSurvey Survey);
