using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Datasets;

namespace Portal.Core.Services.Exchange.Export;

/// <summary>Writes exports: a zip of the format's files, the pictures where wanted, and a manifest.</summary>
public sealed class Exporter(
    IDbContextFactory<PortalDbContext> contexts,
    AppStates states,
    DatasetService datasets,
    BlobStore blobs,
    IOptions<StorageOptions> storage
)
{
    /// <summary>Counts what an export would hold.</summary>
    public Task<ExportSurvey> SurveyAsync(long appId, InputFilter? filter, CancellationToken ct) =>
        states.SurveyAsync(appId, filter, ct);

    /// <summary>Counts what an export of a dataset holds.</summary>
    public async Task<ExportSurvey> SurveyAsync(long appId, string dataset, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return new DatasetContent(db, await datasets.ReadyAsync(appId, dataset, ct), _ => false).Survey;
    }

    /// <summary>Writes the zip. Memory does not grow with the number of inputs or pictures.</summary>
    /// <param name="progress">Gets steps done and steps in all.</param>
    public async Task<ExportOutcome> WriteAsync(
        long appId,
        ExportRequest request,
        Stream target,
        Action<int, int, string> progress,
        CancellationToken ct
    )
    {
        var withPictures = request.WithPictures || ExchangeFormats.Get(request.Format).NeedsPictures;
        if (request.Dataset is { } id)
        {
            var dataset = await datasets.ReadyAsync(appId, id, ct);
            await using var db = await contexts.CreateDbContextAsync(ct);
            var frozen = new DatasetContent(db, dataset, hash => withPictures && File.Exists(blobs.PathOf(hash)));
            return await WriteAsync(frozen, request with { FilterText = dataset.FilterText }, target, progress, ct);
        }
        await using var source = await states.OpenAsync(appId, request.Filter, withPictures, ct);
        return await WriteAsync(source, request, target, progress, ct);
    }

    private async Task<ExportOutcome> WriteAsync(
        IExportSource source,
        ExportRequest request,
        Stream target,
        Action<int, int, string> progress,
        CancellationToken ct
    )
    {
        var format = ExchangeFormats.Get(request.Format);
        var withPictures = request.WithPictures || format.NeedsPictures;
        var survey = source.Survey;
        var addsPictures = withPictures && !format.NeedsPictures;
        var (done, total) = (0, survey.Inputs * (format.Passes + (addsPictures ? 1 : 0)));
        var message = "Writing labels";
        var census = new Census(withPictures);
        var content = new ExportContent(
            source.Concepts,
            CountedAsync,
            input => File.OpenRead(blobs.PathOf(input.Hash))
        );
        await using var archive = new ExportArchive(target, storage.Value.IncomingRoot);

        await format.WriteAsync(content, archive, ct);
        if (addsPictures)
        {
            message = "Writing pictures";
            await foreach (var input in content.InputsAsync(ct))
            {
                if (input.Image is not null)
                {
                    await archive.WritePictureAsync(input.Image, content.OpenPicture(input), ct);
                }
            }
        }
        var leftOut = survey.Losses(format.Held);
        var manifest = new ExchangeManifest(
            ExchangeManifest.CurrentVersion,
            format.Id,
            source.App.Id,
            source.App.Name,
            source.App.Description,
            survey.Inputs,
            archive.Pictures,
            census.MissingPictures,
            leftOut,
            source.Concepts,
            census.Versions(),
            request.FilterText
        );
        await archive.WriteTextAsync(
            ExchangeManifest.Path,
            writer => writer.WriteLineAsync(JsonSerializer.Serialize(manifest, ExchangeJson.Indented))
        );
        await archive.FinishAsync(ct);
        return new ExportOutcome(survey.Inputs, archive.Pictures, census.MissingPictures, leftOut);

        async IAsyncEnumerable<ExchangeInput> CountedAsync([EnumeratorCancellation] CancellationToken passCt)
        {
            census.BeginPass();
            await foreach (var input in source.ReadAsync(passCt))
            {
                census.Count(input);
                progress(Math.Min(++done, total), total, message);
                yield return input;
            }
        }
    }

    /// <summary>Counts for the manifest, in the first pass.</summary>
    private sealed class Census(bool withPictures)
    {
        private readonly SortedDictionary<(string Workflow, int Version), int> _tags = [];
        private int _pass;

        public int MissingPictures { get; private set; }

        public void BeginPass() => _pass++;

        public void Count(ExchangeInput input)
        {
            if (_pass != 1)
            {
                return;
            }

            if (withPictures && input.Image is null)
            {
                MissingPictures++;
            }

            foreach (var tag in input.Annotations)
            {
                if (tag is not { Workflow: { } workflow, WorkflowVersion: { } version })
                {
                    continue;
                }

                _tags[(workflow, version)] = _tags.GetValueOrDefault((workflow, version)) + 1;
            }
        }

        public IReadOnlyList<ManifestVersion> Versions() =>
            [.. _tags.Select(t => new ManifestVersion(t.Key.Workflow, t.Key.Version, t.Value))];
    }
}
