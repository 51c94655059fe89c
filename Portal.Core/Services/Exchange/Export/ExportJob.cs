using System.Globalization;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Exchange.Export;

/// <summary>
/// Writes an export to the data directory, where it stays until somebody deletes it. A second start begins again.
/// </summary>
public sealed class ExportJob(Exporter exporter, ExchangeFiles files) : IJobHandler
{
    public string Kind => JobKinds.Export;

    public JobLane Lane => JobLane.Bulk;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize<ExportRequest>(job.Parameters)!;
        var outcome = new ExportOutcome(0, 0, 0, []);
        await files.WriteResultAsync(
            job.ExternalId,
            ".zip",
            async target =>
                outcome = await exporter.WriteAsync(
                    job.AppId,
                    request,
                    target,
                    (done, total, message) => progress.Report(done, total, message),
                    ct
                )
        );
        return Summary(outcome);
    }

    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        files.DeleteResultOf(job.ExternalId);
        return Task.CompletedTask;
    }

    /// <summary>What an export holds and what it does not, in words.</summary>
    public static string Summary(ExportOutcome outcome)
    {
        var pictures =
            outcome.Pictures > 0
                ? string.Create(CultureInfo.InvariantCulture, $" with {outcome.Pictures:N0} pictures")
                : "";
        var missing =
            outcome.MissingPictures > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" {outcome.MissingPictures:N0} pictures are gone from the data directory."
                )
                : "";
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.Inputs:N0} inputs{pictures}.{missing} {string.Join(" ", outcome.LeftOut)}"
            )
            .TrimEnd();
    }
}
