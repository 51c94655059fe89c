using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Audit;

/// <summary>
/// The audit log as a file: JSON Lines, or CSV whose cells no spreadsheet takes for formulas. The newest entry first.
/// </summary>
public static class AuditFile
{
    private const int PageSize = 1000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };
    private static readonly string[] Columns =
    [
        "at",
        "user_id",
        "kind",
        "app_id",
        "subject",
        "field",
        "from",
        "to",
        "session",
        "key",
    ];

    public static string Word(this AuditKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public static async Task WriteJsonLinesAsync(
        this AuditLog log,
        AuditFilter filter,
        Stream target,
        CancellationToken ct
    )
    {
        await foreach (var line in AllAsync(log, filter, ct))
        {
            await JsonSerializer.SerializeAsync(
                target,
                new
                {
                    line.At,
                    line.UserId,
                    Kind = line.Kind.Word(),
                    line.AppId,
                    line.Subject,
                    line.Field,
                    line.From,
                    line.To,
                    Session = line.SessionId,
                    Key = line.KeyName,
                },
                Json,
                ct
            );
            await target.WriteAsync("\n"u8.ToArray(), ct);
        }
    }

    public static async Task WriteCsvAsync(this AuditLog log, AuditFilter filter, Stream target, CancellationToken ct)
    {
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await using var csv = new CsvWriter(
            writer,
            new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }
        );
        await WriteRowAsync(csv, Columns);
        await foreach (var line in AllAsync(log, filter, ct))
        {
            await WriteRowAsync(
                csv,
                line.At.ToString("O", CultureInfo.InvariantCulture),
                line.UserId,
                line.Kind.Word(),
                line.AppId,
                line.Subject,
                line.Field,
                line.From,
                line.To,
                line.SessionId?.ToString(CultureInfo.InvariantCulture),
                line.KeyName
            );
        }
    }

    private static async Task WriteRowAsync(CsvWriter csv, params string?[] cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(SafeCells.Guard(cell ?? ""));
        }

        await csv.NextRecordAsync();
    }

    private static async IAsyncEnumerable<AuditLine> AllAsync(
        AuditLog log,
        AuditFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        long? before = null;
        do
        {
            var page = await log.ListAsync(filter, before, 0, PageSize, ct);
            foreach (var line in page)
            {
                yield return line;
            }

            before = page.Count == PageSize ? page[^1].Id : null;
        } while (before is not null);
    }
}
