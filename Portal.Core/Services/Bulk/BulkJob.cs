using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Bulk;

/// <summary>Does or undoes a <see cref="BulkStep"/> on more inputs than a person wants to wait for.</summary>
public sealed class BulkJob(BulkService bulk) : IJobHandler
{
    /// <param name="Inputs">An <see cref="InputSet"/> as text.</param>
    public sealed record Parameters(BulkStep Step, string Inputs, bool Undo = false);

    public string Kind => JobKinds.Bulk;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var (step, text, undo) = JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
        var inputs = InputSet.Parse(text);
        var total = inputs.Count;
        if (undo)
        {
            var undone = await bulk.UndoAsync(
                job.AppId,
                job.CreatedById,
                step,
                inputs,
                done => progress.Report(Math.Min(done, total), total, "Taking back"),
                ct
            );
            return $"Took back {undone:N0}.";
        }
        var result = await bulk.ApplyAsync(
            job.AppId,
            job.CreatedById,
            step,
            inputs,
            done => progress.Report(done, total, "Changing inputs"),
            ct
        );
        return result.Tags > 0
            ? $"Changed {result.Tags:N0} tags on {result.Inputs:N0} inputs."
            : $"Changed {result.Inputs:N0} inputs.";
    }

    /// <summary>What was changed so far stands, and can be undone.</summary>
    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct) => Task.CompletedTask;
}
