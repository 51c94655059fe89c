using System.Diagnostics;
using Portal.Core.Services.Users;

namespace Portal.Bench;

/// <summary>
/// Uploads pictures over HTTP, as many at once as the upload page sends, to a portal that works them off meanwhile,
/// beside the rate at which the same portal works off pictures that are there already. Rounds alternate, so that other
/// work on the machine hits both alike. Whoever sends takes its part of the same processors, which people's browsers do
/// not: the processor time an image is told for the portal with its decoders and for the sender by themselves.
/// </summary>
internal static class UploadBenchmark
{
    private const int Rounds = 3;

    /// <summary>
    /// Images that a portal that has just started takes in before it is measured: by then its code is compiled, its
    /// network read and its decoders run.
    /// </summary>
    private const int WarmUp = 1000;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <param name="size">How many pictures each way.</param>
    public static async Task RunAsync(int size, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            Console.WriteLine($"Upload: {size:N0} images a round, {Measurements.Load()}; images a second");
            Console.WriteLine(
                "round    ingest alone   upload answered   upload worked off   worked off / ingest   answered / "
                    + "ingest   processor ms an image: ingest   upload   sender   ingest / upload"
            );
            var images = BenchImages.Find(folder, size);
            var (ratios, byProcessor) = (new List<double>(), new List<double>());
            for (var round = 1; round <= Rounds; round++)
            {
                var ingest = default(Speed);
                var isFirst = round % 2 != 0;
                if (isFirst)
                {
                    ingest = await IngestAsync(Path.Combine(folder, $"ingest-{round}"));
                }

                var (answered, upload, sender) = await UploadAsync(Path.Combine(folder, $"upload-{round}"));
                if (!isFirst)
                {
                    ingest = await IngestAsync(Path.Combine(folder, $"ingest-{round}"));
                }

                Console.WriteLine(
                    $"{round, -7} {ingest.PerSecond, 13:0.0} {answered, 17:0.0} {upload.PerSecond, 19:0.0} "
                        + $"{upload.PerSecond / ingest.PerSecond, 21:0.00} {answered / ingest.PerSecond, 19:0.00} "
                        + $"{ingest.CpuMilliseconds, 32:0.0} {upload.CpuMilliseconds, 8:0.0} {sender, 8:0.0} "
                        + $"{ingest.CpuMilliseconds / upload.CpuMilliseconds, 17:0.00}"
                );
                ratios.Add(upload.PerSecond / ingest.PerSecond);
                byProcessor.Add(ingest.CpuMilliseconds / upload.CpuMilliseconds);
            }
            Console.WriteLine(
                $"median: {Median(ratios):0.00} of the ingest rate, {Median(byProcessor):0.00} where the sender "
                    + $"has processors of its own, aim 0.90; {Measurements.Load()}"
            );

            static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);

            async Task<Speed> IngestAsync(string root)
            {
                await using var portal = await BenchPortal.StartAsync(root, settings);
                await portal.AcceptAsync(Some(WarmUp));
                await portal.WorkOffAsync();
                await portal.AcceptAsync(Some(size));
                return await portal.WorkOffAsync();

                List<string> Some(int count) => [.. Enumerable.Range(0, count).Select(i => images[i % images.Count])];
            }

            async Task<(double Answered, Speed WorkedOff, double SenderMilliseconds)> UploadAsync(string root)
            {
                string key;
                await using (var portal = await BenchPortal.StartAsync(root, settings))
                {
                    key = (
                        await portal.Get<AccessService>().CreateKeyAsync(portal.UserId, null, "bench", null, default)
                    ).Key;
                }

                var setup = new LoadSetup(root, Owner: key, Annotators: [], Uploaders: [key], Concepts: []);
                await using var server = await LoadServer.StartAsync(root, settings);
                var record = new LoadRecord();
                using var clients = new LoadClients(server.Address, setup, record);
                await clients.UploadAsync(0, images, WarmUp, default);
                await WorkedOffAsync();
                var (watch, before, beforeOwn) = (
                    Stopwatch.StartNew(),
                    server.ProcessorTime,
                    Environment.CpuUsage.TotalTime
                );
                await clients.UploadAsync(0, images, size, default, from: WarmUp);
                var (answered, sender) = (
                    watch.Elapsed.TotalSeconds,
                    (Environment.CpuUsage.TotalTime - beforeOwn).TotalMilliseconds / size
                );
                await WorkedOffAsync();
                if (record.Errors.Count > 0)
                {
                    throw new InvalidOperationException($"Uploads failed: {record.Errors.First().Key}");
                }

                var workedOff = watch.Elapsed.TotalSeconds;
                return (
                    size / answered,
                    new Speed(size / workedOff, (server.ProcessorTime - before).TotalMilliseconds / size),
                    sender
                );

                async Task WorkedOffAsync()
                {
                    while ((await clients.CountsAsync(default)).Open > 0)
                    {
                        await Task.Delay(AskAgain);
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
