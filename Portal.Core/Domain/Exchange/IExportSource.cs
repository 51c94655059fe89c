namespace Portal.Core.Domain.Exchange;

/// <summary>What is exported: an app as it is now, or a dataset as it was.</summary>
internal interface IExportSource
{
    ExportedApp App { get; }

    /// <summary>All concepts of the app, in a fixed order.</summary>
    IReadOnlyList<ExchangeConcept> Concepts { get; }

    ExportSurvey Survey { get; }

    /// <summary>Starts a pass over the inputs, in order of upload. Each pass gives the same.</summary>
    IAsyncEnumerable<ExchangeInput> ReadAsync(CancellationToken ct);
}

/// <summary>The app an export is of.</summary>
internal sealed record ExportedApp(string Id, string Name, string Description);
