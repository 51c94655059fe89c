using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Bench;

/// <summary>
/// What an export of an app costs in each format, and the import of it, in time and memory, and how soon either answers
/// when it is cancelled. Formats that carry pictures, a different one for each input, come into an empty app, the
/// others into an app that has the pictures and no tags. On a machine that others use too, the processor time says more
/// than the seconds.
/// </summary>
internal static class ExchangeBenchmark
{
    private const int PictureSide = 16;

    /// <param name="wanted">Ids of formats; none for all.</param>
    public static async Task RunAsync(int size, IReadOnlyList<string> wanted, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            IReadOnlyList<ExchangeFormat> formats =
                wanted.Count == 0 ? ExchangeFormats.All : [.. wanted.Select(ExchangeFormats.Get)];
            var hashes = await ExportAsync(folder, size, formats, settings);
            await ImportAsync(folder, size, formats, hashes, settings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>Hashes of the pictures.</returns>
    private static async Task<IReadOnlyList<string>> ExportAsync(
        string folder,
        int size,
        IReadOnlyList<ExchangeFormat> formats,
        string[] settings
    )
    {
        await using var portal = await BenchPortal.StartAsync(Path.Combine(folder, "from"), settings);
        var hashes = StorePictures(portal, size);
        await ExplorerData.FillAsync(portal, size, withTags: true, withEmbeddings: false, hashes);
        Console.WriteLine(
            $"{size:N0} inputs, {await portal.CountAsync(db => db.Annotations):N0} annotations; "
                + $"{Measurements.Load()}"
        );
        Console.WriteLine(
            $"{"export", -14} {"seconds", 9} {"processor, s", 13} {"inputs/s", 9} {"file, MB", 9} "
                + $"{"memory over base, MB", 21} {"cancelled in, ms", 17}"
        );
        foreach (var format in formats)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var memory = await MemoryPeak.OfAsync(() =>
                ExportAsync(portal, format, FileOf(folder, format), (_, _) => { }, default)
            );
            var (seconds, processor) = (
                watch.Elapsed.TotalSeconds,
                (Environment.CpuUsage.TotalTime - before).TotalSeconds
            );
            var answered = await CancelledInAsync(
                (progress, ct) => ExportAsync(portal, format, Path.Combine(folder, "cancelled.zip"), progress, ct)
            );
            Console.WriteLine(
                $"{format.Id, -14} {seconds, 9:0.0} {processor, 13:0.0} {size / seconds, 9:0} "
                    + $"{new FileInfo(FileOf(folder, format)).Length / 1e6, 9:0.0} {memory / 1e6, 21:0} "
                    + $"{answered, 17:0}"
            );
        }
        return hashes;
    }

    private static async Task ImportAsync(
        string folder,
        int size,
        IReadOnlyList<ExchangeFormat> formats,
        IReadOnlyList<string> hashes,
        string[] settings
    )
    {
        await using var portal = await BenchPortal.StartAsync(Path.Combine(folder, "to"), settings);
        await ExplorerData.FillAsync(portal, size, withTags: false, withEmbeddings: false, hashes);
        Console.WriteLine(
            $"{"import", -14} {"seconds", 9} {"processor, s", 13} {"inputs/s", 9} {"rows", 9} "
                + $"{"memory over base, MB", 21} {"cancelled in, ms", 17}   {Measurements.Load()}"
        );
        foreach (var format in formats)
        {
            var appId = format.NeedsPictures
                ? (await portal.Get<AppService>().CreateAsync(portal.UserId, format.Id, null, null, default)).Id
                : portal.AppId;
            var (rows, watch, before) = (0, Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var memory = await MemoryPeak.OfAsync(() =>
                ImportAsync(portal, appId, format, folder, (done, _) => rows = done, default)
            );
            var (seconds, processor) = (
                watch.Elapsed.TotalSeconds,
                (Environment.CpuUsage.TotalTime - before).TotalSeconds
            );
            var answered = await CancelledInAsync(
                (progress, ct) => ImportAsync(portal, appId, format, folder, progress, ct)
            );
            Console.WriteLine(
                $"{format.Id, -14} {seconds, 9:0.0} {processor, 13:0.0} {rows / seconds, 9:0} {rows, 9:N0} "
                    + $"{memory / 1e6, 21:0} {answered, 17:0}"
            );
            await using var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
            await db.Labels.Where(l => l.AppId == appId).ExecuteDeleteAsync();
            await db.Decisions.Where(d => d.AppId == appId).ExecuteDeleteAsync();
            await db.Annotations.Where(a => a.AppId == appId).ExecuteDeleteAsync();
        }
    }

    private static async Task ExportAsync(
        BenchPortal portal,
        ExchangeFormat format,
        string path,
        Action<int, int> progress,
        CancellationToken ct
    )
    {
        await using var target = File.Create(path);
        await portal
            .Get<Exporter>()
            .WriteAsync(
                portal.AppId,
                new ExportRequest(format.Id, format.NeedsPictures),
                target,
                (done, total, _) => progress(done, total),
                ct
            );
    }

    private static async Task ImportAsync(
        BenchPortal portal,
        long appId,
        ExchangeFormat format,
        string folder,
        Action<int, int> progress,
        CancellationToken ct
    )
    {
        using var files = ImportSource.Open(FileOf(folder, format), format.Id, Path.Combine(folder, "unpacked"), ct);
        await using var report = new ImportReport(Stream.Null);
        await portal
            .Get<Importer>()
            .RunAsync(appId, portal.UserId, files, ImportChoices.Of(format), report, progress, ct);
    }

    /// <summary>
    /// Cancels work after its first hundredth, and gives the milliseconds until it has stopped; no number where it was
    /// done before it heard.
    /// </summary>
    private static async Task<double> CancelledInAsync(Func<Action<int, int>, CancellationToken, Task> work)
    {
        using var cancel = new CancellationTokenSource();
        var watch = new Stopwatch();
        try
        {
            await work(
                (done, total) =>
                {
                    if (watch.IsRunning || done < total / 100)
                    {
                        return;
                    }

                    watch.Start();
                    cancel.Cancel();
                },
                cancel.Token
            );
        }
        catch (OperationCanceledException)
        {
            return watch.Elapsed.TotalMilliseconds;
        }
        return double.NaN;
    }

    /// <summary>
    /// Puts small pictures into the portal's store, without the flushes that would take longer than all that is
    /// measured.
    /// </summary>
    /// <returns>Their hashes.</returns>
    private static string[] StorePictures(BenchPortal portal, int count)
    {
        var (blobs, hashes) = (portal.Get<BlobStore>(), new string[count]);
        Parallel.For(
            0,
            count,
            i =>
            {
                var bytes = Pictures.Square(
                    i,
                    ((byte)i, (byte)(i >> 8), (byte)(i >> 16)),
                    (200, 30, (byte)(i * 7)),
                    PictureSide
                );
                hashes[i] = Convert.ToHexStringLower(SHA256.HashData(bytes));
                var path = blobs.PathOf(hashes[i]);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }
        );
        return hashes;
    }

    private static string FileOf(string folder, ExchangeFormat format) => Path.Combine(folder, $"{format.Id}.zip");
}
