namespace Portal.Core.Domain.Exchange;

/// <summary>
/// What an export is and holds. No time of writing stands in it, so that the same data gives the same bytes.
/// </summary>
/// <param name="Portal">Version of the export's layout.</param>
/// <param name="Format">Id of its format.</param>
/// <param name="MissingImages">Pictures that are gone from the data directory.</param>
/// <param name="LeftOut">What the format cannot hold, in sentences.</param>
/// <param name="Concepts">All concepts of the app.</param>
/// <param name="WorkflowVersions">Which versions wrote tags, and how many.</param>
/// <param name="Filter">Which inputs were asked for, in words; null for all.</param>
public sealed record ExchangeManifest(
    int Portal,
    string Format,
    string AppId,
    string AppName,
    string AppDescription,
    int Inputs,
    int Images,
    int MissingImages,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<ExchangeConcept> Concepts,
    IReadOnlyList<ManifestVersion> WorkflowVersions,
    string? Filter = null
)
{
    public const string Path = "manifest.json";
    public const int CurrentVersion = 1;
}

/// <summary>A workflow version and how many of the exported tags it wrote.</summary>
public sealed record ManifestVersion(string Workflow, int Version, int Tags);
