using System.Globalization;
using System.Text.Json;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Shared.Pages;

namespace Portal.Features.Jobs;

/// <summary>Names and sizes of the files that exports and imports leave.</summary>
internal static class JobDownload
{
    public static bool LeavesFile(Job job) =>
        job is { State: JobState.Succeeded, Kind: JobKinds.Export or JobKinds.Import };

    public static string Href(AppScope scope, Job job) =>
        $"/media/{scope.OwnerId}/{scope.App.ExternalId}/jobs/{job.ExternalId}/file";

    /// <summary>What a browser saves the file as.</summary>
    public static string FileName(App app, Job job, FileInfo file) =>
        job.Kind == JobKinds.Export
            ? $"{app.ExternalId}-{JsonSerializer.Deserialize<ExportRequest>(job.Parameters)!.Format}{file.Extension}"
            : $"{app.ExternalId}-import-report{file.Extension}";

    public static string Size(long bytes) =>
        bytes switch
        {
            < 1_000_000 => string.Create(CultureInfo.CurrentCulture, $"{Math.Max(bytes / 1e3, 0.1):0.#} kB"),
            < 1_000_000_000 => string.Create(CultureInfo.CurrentCulture, $"{bytes / 1e6:0.#} MB"),
            _ => string.Create(CultureInfo.CurrentCulture, $"{bytes / 1e9:0.#} GB"),
        };
}
