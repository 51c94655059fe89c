using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Datasets;

/// <summary>Reads a dataset through, a page in memory at a time.</summary>
internal sealed class DatasetContent(PortalDbContext db, Dataset dataset, Func<string, bool> hasPicture) : IExportSource
{
    private readonly DatasetHeader _header = JsonSerializer.Deserialize<DatasetHeader>(
        dataset.Header,
        ExchangeJson.Options
    )!;

    public ExportedApp App => _header.App;

    public IReadOnlyList<ExchangeConcept> Concepts => _header.Concepts;

    public ExportSurvey Survey => _header.Survey;

    public async IAsyncEnumerable<ExchangeInput> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, input) in FrozenAsync(ct))
        {
            yield return hasPicture(input.Hash) ? input with { Image = ExportContent.PathOf(input) } : input;
        }
    }

    /// <summary>In ascending order of key.</summary>
    public async IAsyncEnumerable<FrozenInput> FrozenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var number = 0; ; number++)
        {
            var page = await db
                .DatasetPages.AsNoTracking()
                .SingleOrDefaultAsync(p => p.DatasetId == dataset.Id && p.Number == number, ct);
            if (page is null)
            {
                yield break;
            }

            await using var lines = new BrotliStream(new MemoryStream(page.Lines), CompressionMode.Decompress);
            using var reader = new StreamReader(lines);
            while (await reader.ReadLineAsync(ct) is { } line)
            {
                yield return JsonSerializer.Deserialize<FrozenInput>(line, ExchangeJson.Options)!;
            }
        }
    }

    /// <param name="inputs">In ascending order of key.</param>
    public static byte[] Pack(IReadOnlyList<FrozenInput> inputs)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            foreach (var input in inputs)
            {
                JsonSerializer.Serialize(brotli, input, ExchangeJson.Options);
                brotli.Write("\n"u8);
            }
        }
        return packed.ToArray();
    }
}
