using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Datasets;

/// <summary>Writes a dataset's pages from one state of the database. A second start begins again.</summary>
public sealed class DatasetJob(IDbContextFactory<PortalDbContext> contexts, AppStates states, TimeProvider clock)
    : IJobHandler
{
    private const int PageSize = 500;

    /// <param name="DatasetId">Internal key.</param>
    public sealed record Parameters(long DatasetId, InputFilter? Filter);

    public string Kind => JobKinds.Dataset;

    public JobLane Lane => JobLane.Bulk;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var wanted = JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
        await using var target = await contexts.CreateDbContextAsync(ct);
        await target.DatasetPages.Where(p => p.DatasetId == wanted.DatasetId).ExecuteDeleteAsync(ct);
        await using var source = await states.OpenAsync(job.AppId, wanted.Filter, withPictures: false, ct);
        var (number, done, page) = (0, 0, new List<FrozenInput>(PageSize));
        await foreach (var input in source.FrozenAsync(ct))
        {
            page.Add(input);
            if (page.Count == PageSize)
            {
                await FlushAsync();
            }
        }
        if (page.Count > 0)
        {
            await FlushAsync();
        }

        var survey = source.Survey;
        var header = JsonSerializer.Serialize(
            new DatasetHeader(source.App, source.Concepts, survey),
            ExchangeJson.Options
        );
        var readyAt = clock.GetUtcNow().UtcDateTime;
        await target
            .Datasets.Where(d => d.Id == wanted.DatasetId)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(d => d.Header, header)
                        .SetProperty(d => d.Inputs, survey.Inputs)
                        .SetProperty(d => d.Present, survey.Present)
                        .SetProperty(d => d.Absent, survey.Absent)
                        .SetProperty(d => d.ReadyAt, readyAt),
                ct
            );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{survey.Inputs:N0} inputs with {survey.Present:N0} ✓ and {survey.Absent:N0} ✗."
        );

        async Task FlushAsync()
        {
            target.DatasetPages.Add(
                new DatasetPage
                {
                    DatasetId = wanted.DatasetId,
                    Number = number++,
                    Lines = DatasetContent.Pack(page),
                }
            );
            await target.SaveChangesAsync(ct);
            target.ChangeTracker.Clear();
            progress.Report(done += page.Count, source.Survey.Inputs, "Keeping what is said of the inputs");
            page.Clear();
        }
    }

    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var wanted = JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Datasets.Where(d => d.Id == wanted.DatasetId && d.ReadyAt == null).ExecuteDeleteAsync(ct);
    }
}
