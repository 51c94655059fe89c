using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Exchange;

/// <summary>Starts exports and imports, and shows beforehand what an import would do.</summary>
public sealed class ExchangeService(JobService jobs, ExchangeFiles files, ConceptService concepts)
{
    private const int ReadForPreview = 5_000;
    private const int ShownInPreview = 8;

    public Task<Job> StartExportAsync(long appId, long userId, ExportRequest request, CancellationToken ct)
    {
        var format = ExchangeFormats.Get(request.Format);
        var what = request.Dataset is { } dataset
            ? $"Export the dataset {Text.Shown(dataset)} as {format.Name}"
            : $"Export as {format.Name}";
        return jobs.StartAsync(appId, userId, JobKinds.Export, what, request, ct);
    }

    /// <param name="file">Id of the upload.</param>
    /// <param name="name">What the person calls it.</param>
    /// <param name="formatId">The format to read it as; null for the one that fits.</param>
    /// <exception cref="PortalException">No format fits, or the file cannot be read.</exception>
    public async Task<ImportPreview> PreviewAsync(
        long appId,
        string file,
        string name,
        string? formatId,
        CancellationToken ct
    )
    {
        using var opened = files.Open(appId, file, name, ct);
        var format = formatId is null ? ExchangeFormats.Of(opened) : ExchangeFormats.GetReadable(formatId);
        using var known = new ImportConcepts(
            concepts,
            appId,
            await concepts.ListAsync(appId, ct),
            ImportManifest.Read(opened),
            new Dictionary<string, string>()
        );
        var (read, refused, problem, isAll) = (
            0,
            opened.Refused.Count,
            opened.Refused.Count > 0 ? $"{opened.Refused[0].Name}: {opened.Refused[0].Reason}" : null,
            true
        );
        var first = new List<ImportedInput>();
        var labels = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        await foreach (var item in format.ReadAsync(opened, ct))
        {
            if (read == ReadForPreview)
            {
                isAll = false;
                break;
            }
            read++;
            if (first.Count < ShownInPreview)
            {
                first.Add(item);
            }

            if (item.Problem is not null)
            {
                refused++;
                problem ??= $"{item.Where}: {item.Problem}";
            }
            foreach (var label in item.Tags.Select(t => t.Label).Distinct())
            {
                labels[label] = labels.GetValueOrDefault(label) + 1;
            }
        }
        return new ImportPreview(
            format,
            format.Explain(opened),
            read,
            isAll,
            first,
            [.. labels.Select(l => new ImportLabel(l.Key, l.Value, known.Existing(l.Key)?.ExternalId))],
            refused,
            problem
        );
    }

    public Task<Job> StartImportAsync(
        long appId,
        long userId,
        string file,
        string name,
        ImportChoices choices,
        CancellationToken ct
    )
    {
        ExchangeFormats.GetReadable(choices.Format);
        return jobs.StartAsync(
            appId,
            userId,
            JobKinds.Import,
            $"Import {Text.Shown(name)}",
            new ImportJob.Parameters(file, name, choices),
            ct
        );
    }
}
