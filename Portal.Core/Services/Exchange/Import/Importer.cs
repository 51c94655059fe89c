using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Concepts;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Takes in what files say. A broken picture stops no other, and doing it all again changes nothing: a picture that is
/// in the app is found by its id, its bytes or its name, a label that is there stays as it is, and what a person
/// decided in the app is never overruled.
/// </summary>
public sealed class Importer(ConceptService concepts, ImportIntake intake, IOptions<FetchOptions> fetch)
{
    /// <summary>
    /// Rows that are written in one transaction, roughly: few enough that whoever waits for it does not notice.
    /// </summary>
    private const int RowsAtOnce = 400;

    /// <param name="userId">Whose labels they become where the file does not mark them machine-made.</param>
    /// <param name="progress">Gets pictures done, and all of them or 0 while that is not known.</param>
    public async Task RunAsync(
        long appId,
        long userId,
        ImportFiles files,
        ImportChoices choices,
        ImportReport report,
        Action<int, int> progress,
        CancellationToken ct
    )
    {
        var format = ExchangeFormats.GetReadable(choices.Format);
        var manifest = ImportManifest.Read(files);
        using var labels = new ImportConcepts(
            concepts,
            appId,
            await concepts.ListAsync(appId, ct),
            manifest,
            choices.Labels
        );
        if (choices.Labels.Count == 0)
        {
            await labels.MakeAllAsync(ct);
        }

        foreach (var (name, reason) in files.Refused)
        {
            await report.AddAsync(new ImportRow(name, name, null, ImportResult.Refused, 0, reason));
        }

        var total = manifest?.Inputs ?? await format.CountAsync(files, ct);
        var target = new ImportTarget(appId, userId, files, labels);
        using var turn = new SemaphoreSlim(1);
        // What must be fetched is taken side by side: it waits for others. More wait than may fetch, so that one slow
        // host does not keep the rest waiting.
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = 4 * fetch.Value.MaxConnections,
            CancellationToken = ct,
        };
        var underWay = new ConcurrentDictionary<string, Task>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(ToFetchAsync(), parallel, FetchAsync);

        async IAsyncEnumerable<Fetch> ToFetchAsync()
        {
            await foreach (var batch in BatchesAsync(format.ReadAsync(files, ct), ct))
            {
                var rows = await intake.TakeAsync(target, batch, fetches: false, ct);
                await ReportAsync(rows.OfType<ImportRow>());
                foreach (var (item, _) in batch.Zip(rows).Where(taken => taken.Second is null))
                {
                    var address = item.Own?.SourceUrl ?? item.Reference;
                    var fetched = new Fetch(
                        item,
                        underWay.GetValueOrDefault(address, Task.CompletedTask),
                        address,
                        new TaskCompletionSource()
                    );
                    underWay[address] = fetched.Done.Task;
                    yield return fetched;
                }
            }
        }

        async ValueTask FetchAsync(Fetch fetched, CancellationToken itemCt)
        {
            try
            {
                // Of two rows with one address the first brings the picture, the second what it says of it.
                await fetched.Before;
                await ReportAsync(
                    (await intake.TakeAsync(target, [fetched.Item], fetches: true, itemCt)).OfType<ImportRow>()
                );
            }
            finally
            {
                underWay.TryRemove(KeyValuePair.Create(fetched.Address, (Task)fetched.Done.Task));
                fetched.Done.SetResult();
            }
        }

        async Task ReportAsync(IEnumerable<ImportRow> rows)
        {
            await turn.WaitAsync(ct);
            try
            {
                foreach (var row in rows)
                {
                    await report.AddAsync(row);
                    progress(report.Rows, total == 0 ? 0 : Math.Max(total, report.Rows));
                }
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private sealed record Fetch(ImportedInput Item, Task Before, string Address, TaskCompletionSource Done);

    private static async IAsyncEnumerable<IReadOnlyList<ImportedInput>> BatchesAsync(
        IAsyncEnumerable<ImportedInput> items,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var (batch, rows) = (new List<ImportedInput>(), 0);
        await foreach (var item in items.WithCancellation(ct))
        {
            batch.Add(item);
            rows += 1 + item.Tags.Count + (item.Own?.Decisions.Count ?? 0);
            if (rows < RowsAtOnce)
            {
                continue;
            }

            yield return batch;
            (batch, rows) = ([], 0);
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
