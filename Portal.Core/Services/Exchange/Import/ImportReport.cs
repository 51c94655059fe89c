using System.Globalization;
using System.Text;
using CsvHelper;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>Writes what became of each picture, as CSV, while an import goes on, and keeps the sums.</summary>
public sealed class ImportReport : IAsyncDisposable
{
    private readonly Dictionary<ImportResult, int> _counts = [];
    private readonly CsvWriter _csv;

    public ImportReport(Stream target)
    {
        _csv = new CsvWriter(
            new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true),
            CultureInfo.InvariantCulture
        );
        foreach (var column in (string[])["where", "picture", "input_id", "result", "tags", "detail"])
        {
            _csv.WriteField(column);
        }

        _csv.NextRecord();
    }

    public int Rows => _counts.Values.Sum();
    public int Tags { get; private set; }

    /// <summary>Rows that were taken but for a part.</summary>
    public int Partial { get; private set; }

    public int Count(ImportResult result) => _counts.GetValueOrDefault(result);

    public async Task AddAsync(ImportRow row)
    {
        _counts[row.Result] = Count(row.Result) + 1;
        Tags += row.Tags;
        if (row.Result != ImportResult.Refused && row.Detail.Length > 0)
        {
            Partial++;
        }

        var cells = (string[])
            [
                row.Where,
                row.Reference,
                row.InputId ?? "",
                ExchangeFormatter.Of(row.Result),
                row.Tags.ToString(CultureInfo.InvariantCulture),
                row.Detail,
            ];
        foreach (var cell in cells)
        {
            _csv.WriteField(SafeCells.Guard(cell));
        }

        await _csv.NextRecordAsync();
    }

    /// <summary>The sums in a sentence or two.</summary>
    public string Summary()
    {
        var parts = new List<string>
        {
            $"{Number(Count(ImportResult.Added), "new input")}, {Number(Tags, "tag")} written",
        };
        if (Count(ImportResult.Tagged) is > 0 and var tagged)
        {
            parts.Add($"{Number(tagged, "input")} that {(tagged == 1 ? "was" : "were")} here got tags");
        }

        if (Count(ImportResult.Unchanged) is > 0 and var unchanged)
        {
            parts.Add($"{Number(unchanged, "picture")} {(unchanged == 1 ? "was" : "were")} here already");
        }

        if (Partial > 0)
        {
            parts.Add($"{Number(Partial, "picture")} taken in part");
        }

        if (Count(ImportResult.Refused) is > 0 and var refused)
        {
            parts.Add($"{refused.ToString("N0", CultureInfo.InvariantCulture)} refused");
        }

        return string.Join("; ", parts) + ".";
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private static string Number(int count, string noun) =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";
}
