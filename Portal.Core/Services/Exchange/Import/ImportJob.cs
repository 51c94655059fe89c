using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Imports an uploaded file and leaves a report, row by row. A second start goes through it again, which changes
/// nothing that was taken.
/// </summary>
public sealed class ImportJob(Importer importer, ExchangeFiles files) : IJobHandler
{
    /// <param name="File">Id of the upload.</param>
    /// <param name="Name">What the person calls it.</param>
    public sealed record Parameters(string File, string Name, ImportChoices Choices);

    public string Kind => JobKinds.Import;

    public JobLane Lane => JobLane.Bulk;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var wanted = JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
        var summary = "";
        progress.Report(0, 0, "Opening the file");
        using (var opened = files.Open(job.AppId, wanted.File, wanted.Name, ct))
        {
            await files.WriteResultAsync(
                job.ExternalId,
                ".csv",
                async target =>
                {
                    await using var report = new ImportReport(target);
                    await importer.RunAsync(
                        job.AppId,
                        job.CreatedById,
                        opened,
                        wanted.Choices,
                        report,
                        (done, total) => progress.Report(done, total, "Importing"),
                        ct
                    );
                    summary = report.Summary();
                }
            );
        }
        files.DeleteUpload(job.AppId, wanted.File);
        return summary;
    }

    /// <summary>What was taken stands: each picture was taken whole or not at all.</summary>
    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        files.DeleteUpload(job.AppId, JsonSerializer.Deserialize<Parameters>(job.Parameters)!.File);
        files.DeleteResultOf(job.ExternalId);
        return Task.CompletedTask;
    }

    /// <summary>The uploads that unfinished imports still need.</summary>
    internal static async Task<IReadOnlyCollection<(long AppId, string Id)>> FilesInUseAsync(
        PortalDbContext db,
        CancellationToken ct
    )
    {
        var open = await db
            .Jobs.AsNoTracking()
            .Where(j =>
                j.Kind == JobKinds.Import
                && j.State != JobState.Succeeded
                && j.State != JobState.Failed
                && j.State != JobState.Cancelled
            )
            .ToListAsync(ct);
        return open.ConvertAll(j => (j.AppId, JsonSerializer.Deserialize<Parameters>(j.Parameters)!.File));
    }
}
