using System.Diagnostics;

namespace Portal.Bench;

/// <summary>
/// Everybody at once, against a portal in a process of its own: 50 annotators label, 5 people upload, and a training
/// and a backfill are always under way, until every picture has been taken in and worked off. Clients run in this
/// process and take their part of the same processors.
/// </summary>
internal static class LoadBenchmark
{
    private const int Annotators = 50;
    private const int Uploaders = 5;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <param name="size">How many pictures are uploaded.</param>
    public static async Task RunAsync(int size, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            Console.WriteLine(
                $"Load: {Annotators} annotators, {Uploaders} uploaders with {size:N0} images, "
                    + $"{Measurements.Load()} before"
            );
            var setup = await LoadSetup.MakeAsync(folder, Annotators, Uploaders, settings);
            await using var server = await LoadServer.StartAsync(setup.Root, settings);
            var record = new LoadRecord();
            using var clients = new LoadClients(server.Address, setup, record);
            var before = await clients.CountsAsync(default);
            using var enough = new CancellationTokenSource();
            var images = BenchImages.Find(folder, size);
            var watch = Stopwatch.StartNew();
            var uploads = Task.WhenAll(
                Enumerable.Range(0, Uploaders).Select(i => clients.UploadAsync(i, images, size, default))
            );
            List<Task> others =
            [
                .. Enumerable.Range(0, Annotators).Select(i => UntilEnough(clients.LabelAsync(i, enough.Token))),
                UntilEnough(
                    clients.KeepJobGoingAsync(
                        "training",
                        "models/learned/versions",
                        started =>
                            $"models/learned/versions/{started.GetProperty("model").GetProperty("model_version").GetProperty("id").GetString()}",
                        asked =>
                            asked.GetProperty("model_version").GetProperty("status").GetProperty("code").GetInt32()
                                is not (21101 or 21103),
                        enough.Token
                    )
                ),
                UntilEnough(
                    clients.KeepJobGoingAsync(
                        "backfill",
                        "workflows/second/backfill",
                        started => $"jobs/{started.GetProperty("job").GetProperty("id").GetString()}",
                        asked =>
                            asked.GetProperty("job").GetProperty("state").GetString() is not ("queued" or "running"),
                        enough.Token
                    )
                ),
            ];
            await uploads;
            var uploaded = watch.Elapsed;
            var counts = await clients.CountsAsync(default);
            for (; counts.Open > 0; counts = await clients.CountsAsync(default))
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
            }

            var whole = watch.Elapsed;
            await enough.CancelAsync();
            await Task.WhenAll(others);

            Print(record);
            foreach (
                var name in (string[])
                    [
                        "portal_writes_wait_seconds",
                        "portal_writes_duration_seconds",
                        "portal_ingest_stage_duration_seconds",
                    ]
            )
            {
                foreach (var (label, times, mean) in await clients.HistogramAsync(name, default))
                {
                    Console.WriteLine($"{name}{label}: {times:N0}, mean {mean:0.0} ms");
                }
            }
            var (portal, withDecoders) = server.PeakBytes;
            Console.WriteLine(
                $"uploads: {size / uploaded.TotalSeconds:0.0} images a second; worked off: "
                    + $"{(counts.Processed - before.Processed) / whole.TotalSeconds:0.0} a second; saves: "
                    + $"{record.Count("save") / whole.TotalSeconds:0.0} a second; {whole.TotalSeconds:0} s in all"
            );
            Console.WriteLine(
                $"inputs: {counts.Processed - before.Processed:N0} done, {counts.Failed:N0} failed of {size:N0}"
            );
            Console.WriteLine(
                $"memory at most: portal {portal / 1e6:0} MB, with decoder processes {withDecoders / 1e6:0} MB"
            );
            Console.WriteLine(
                $"log: {server.Locked} times \"database is locked\", {server.Complaints} warnings and errors; "
                    + $"{Measurements.Load()} after"
            );
            Console.WriteLine(record.Errors.Count == 0 ? "errors: none" : $"errors: {record.Errors.Values.Sum()}");
            foreach (var (what, count) in record.Errors.OrderByDescending(e => e.Value))
            {
                Console.WriteLine($"  {count} × {what}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(LoadRecord record)
    {
        Console.WriteLine("milliseconds          count       p50       p95       p99       max");
        foreach (var kind in record.Kinds)
        {
            Print(kind, record.Milliseconds(kind, TimeSpan.Zero, TimeSpan.MaxValue));
        }
        // A portal that has just started compiles what it runs for the first time.
        for (var from = TimeSpan.Zero; ; from += Step)
        {
            var (left, ms) = (
                record.Milliseconds("save", from, TimeSpan.MaxValue),
                record.Milliseconds("save", from, from + Step)
            );
            if (left.Length == 0)
            {
                break;
            }

            if (ms.Length > 0)
            {
                Print($"save from {from.TotalSeconds, 3:0} s", ms);
            }
        }
        if (record.Milliseconds("save", Step, TimeSpan.MaxValue) is { Length: > 0 } warm)
        {
            Print($"save after {Step.TotalSeconds:0} s", warm);
        }
    }

    private static void Print(string name, double[] ms) =>
        Console.WriteLine(
            $"{name, -18} {ms.Length, 8:N0} {LoadRecord.Percentile(ms, 0.5), 9:0.0} "
                + $"{LoadRecord.Percentile(ms, 0.95), 9:0.0} {LoadRecord.Percentile(ms, 0.99), 9:0.0} {ms[^1], 9:0.0}"
        );

    private static async Task UntilEnough(Task work)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // It was told to stop.
        }
    }
}
