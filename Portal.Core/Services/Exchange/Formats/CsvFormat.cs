using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using CsvHelper.Configuration;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// <c>tags.csv</c>, one row a tag; an input without tags has one row with an empty concept. Cells are safe in
/// spreadsheets.
/// </summary>
internal sealed class CsvFormat : ExchangeFormat
{
    private const string FileName = "tags.csv";
    private const int MaxCell = 64 * 1024;
    private static readonly string[] Columns =
    [
        "input_id",
        "file_name",
        "concept_id",
        "value",
        "status",
        "score",
        "user_id",
        "origin",
        "created_at",
    ];
    private static readonly string[] ReferenceColumns =
    [
        "file_name",
        "filename",
        "file",
        "image",
        "path",
        "image_path",
        "url",
    ];
    private static readonly string[] LabelColumns = ["concept_id", "concept", "label", "class", "category", "tag"];

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\n",
        MaxFieldSize = MaxCell,
        BadDataFound = null,
        MissingFieldFound = null,
        PrepareHeaderForMatch = args => args.Header.Trim().ToLowerInvariant(),
    };

    public override string Id => "csv";
    public override string Name => "CSV";
    public override string Description =>
        "One row a tag, for spreadsheets. Cells that could be taken for formulas are made harmless.";
    public override ExchangeDetail Held =>
        ExchangeDetail.Everything & ~(ExchangeDetail.Metadata | ExchangeDetail.History);

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteTextAsync(
            FileName,
            async writer =>
            {
                await using var csv = new CsvWriter(writer, Configuration, leaveOpen: true);
                await RowAsync(csv, Columns);
                await foreach (var input in content.InputsAsync(ct))
                {
                    if (input.Annotations.Count == 0 && input.Labels.Count == 0)
                    {
                        await RowAsync(csv, [input.Id, ExportContent.ReferenceTo(input)]);
                    }

                    foreach (var tag in input.Annotations.Concat(Reviews(input)).OrderBy(tag => Counts(input, tag)))
                    {
                        await RowAsync(
                            csv,
                            [
                                input.Id,
                                ExportContent.ReferenceTo(input),
                                tag.Concept,
                                tag.Value ? "1" : "0",
                                tag.Status.ToString(CultureInfo.InvariantCulture),
                                tag.Score?.ToString("R", CultureInfo.InvariantCulture) ?? "",
                                tag.User,
                                tag.Origin,
                                tag.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
                            ]
                        );
                    }
                }
            }
        );

    public override bool Recognises(ImportFiles files) => File(files) is not null;

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var path =
            File(files)
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "There is no CSV in it with a column for the picture (input_id, file_name, path or url) and one for "
                    + "the concept (concept_id, label or class)."
            );
        using var reader = new StreamReader(files.Open(path));
        using var csv = new CsvReader(reader, Configuration);
        if (!await csv.ReadAsync() || !csv.ReadHeader())
        {
            yield break;
        }

        ImportedInput? open = null;
        var tags = new List<ImportedTag>();
        while (true)
        {
            var row = await NextAsync(csv, files, path, ct);
            // Rows of one input follow one another; elsewhere they are an input met again, which is as good.
            if (
                open is not null
                && (row is null || row.Problem is not null || row.Id != open.Id || row.Reference != open.Reference)
            )
            {
                yield return open with
                {
                    Tags = [.. tags],
                };
                (open, tags) = (null, []);
            }
            if (row is null)
            {
                yield break;
            }

            if (row.Problem is not null)
            {
                yield return row;
                continue;
            }
            open ??= row;
            tags.AddRange(row.Tags);
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(
            ".csv",
            head =>
            {
                var columns = head.Split('\n', 2)[0]
                    .Split(',')
                    .Select(c => c.Trim().Trim('"', '\uFEFF').ToLowerInvariant())
                    .ToList();
                return columns.Intersect(LabelColumns).Any()
                    && columns.Intersect([.. ReferenceColumns, "input_id"]).Any();
            }
        );

    private static async Task<ImportedInput?> NextAsync(
        CsvReader csv,
        ImportFiles files,
        string path,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            return await csv.ReadAsync() ? Row(csv, files, path) : null;
        }
        catch (CsvHelperException e)
        {
            return ImportedInput.Refused(
                $"row {csv.Parser.Row}",
                $"The row cannot be read: {e.Message.Split('\n')[0]}"
            );
        }
    }

    private static ImportedInput Row(CsvReader csv, ImportFiles files, string path)
    {
        var where = $"row {csv.Parser.Row}";
        var reference = ReferenceColumns.Select(Cell).FirstOrDefault(c => c.Length > 0) ?? "";
        var label = LabelColumns.Select(Cell).FirstOrDefault(c => c.Length > 0) ?? "";
        bool? value = Cell("value").ToLowerInvariant() switch
        {
            "" or "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => null,
        };
        if (value is null)
        {
            return ImportedInput.Refused(
                where,
                $"'{Text.Shown(Cell("value"))}' is no value. Use 1 for present and 0 for absent."
            );
        }

        if (!TryStatus(Cell("status"), out var status))
        {
            return ImportedInput.Refused(
                where,
                $"'{Text.Shown(Cell("status"))}' is no annotation status. Use 24150 (success) or 24151 (pending)."
            );
        }

        double? score =
            double.TryParse(Cell("score"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and <= 1
                ? number
                : null;
        var machine = Cell("origin").ToLowerInvariant() is { Length: > 0 } origin
            ? origin != ExchangeFormatter.Human
            : score is not null;
        // What was rejected has its answer in another row, if a person gave one.
        var says = label.Length > 0 && status != StatusCode.AnnotationReviewDenied;
        return new ImportedInput
        {
            Where = where,
            Id = Cell("input_id") is { Length: > 0 } id ? id : null,
            Reference = reference,
            Picture = files.Find(reference, path),
            Tags = says
                ? [new ImportedTag(label, value.Value, machine || AnnotationStatuses.IsWaiting(status), status, score)]
                : [],
        };

        string Cell(string column) =>
            SafeCells.Unguard(csv.TryGetField<string>(column, out var cell) ? cell ?? "" : "").Trim();
    }

    // Where people disagree, the row that counts comes last.
    private static bool Counts(ExchangeInput input, ExchangeAnnotation tag) =>
        input.Labels.Any(l => l.Concept == tag.Concept && l.Value == tag.Value);

    /// <summary>
    /// What people said by approving or rejecting another's tag: their word, which no annotation of their own carries.
    /// </summary>
    private static IEnumerable<ExchangeAnnotation> Reviews(ExchangeInput input) =>
        from label in input.Labels
        where
            label.Human
            && !input.Annotations.Any(a =>
                a.Concept == label.Concept
                && a.Origin == ExchangeFormatter.Human
                && a.Status == (int)StatusCode.AnnotationSuccess
                && a.Value == label.Value
            )
        let review = input.Decisions.Last(d =>
            d.Concept == label.Concept && d.UndoneAt is null && d.Value == label.Value
        )
        select new ExchangeAnnotation
        {
            Id = "",
            Concept = label.Concept,
            Value = label.Value,
            Status = (int)StatusCode.AnnotationSuccess,
            User = review.User,
            Origin = ExchangeFormatter.Human,
            CreatedAt = review.CreatedAt,
        };

    private static bool TryStatus(string cell, out StatusCode status)
    {
        status = StatusCode.AnnotationSuccess;
        if (cell.Length == 0)
        {
            return true;
        }

        if (!int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        status = (StatusCode)code;
        return status is StatusCode.AnnotationSuccess or StatusCode.AnnotationReviewDenied
            || AnnotationStatuses.IsWaiting(status);
    }

    private static Task RowAsync(CsvWriter csv, string[] cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(SafeCells.Guard(cell));
        }

        for (var i = cells.Length; i < Columns.Length; i++)
        {
            csv.WriteField("");
        }

        return csv.NextRecordAsync();
    }
}
