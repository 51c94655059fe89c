using Portal.Core.Domain.Exchange;

namespace Portal.Core.Domain.Datasets;

/// <summary>What an export says beside the inputs, as it was when the dataset was made.</summary>
internal sealed record DatasetHeader(ExportedApp App, IReadOnlyList<ExchangeConcept> Concepts, ExportSurvey Survey);
