using Microsoft.Extensions.Options;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Inputs;

namespace Portal.Bench;

/// <summary>
/// How many accepted inputs a second come to an end (decode, embed, run the default workflow, commit to disk), beside
/// the bare network on as many threads as there are processors, and beside the same portal decoding in its own process.
/// Rounds alternate, so that other work on the machine hits both alike.
/// </summary>
internal static class IngestBenchmark
{
    private const int Images = 160;
    private const int Rounds = 5;

    public static async Task RunAsync(string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            var images = BenchImages.Find(folder, Images);
            await using var portal = await BenchPortal.StartAsync(Path.Combine(folder, "data"), settings);
            await using var decodingHere = await BenchPortal.StartAsync(
                Path.Combine(folder, "here"),
                settings,
                decodesHere: true
            );
            using var bare = new BareInference(portal.Get<IOptions<EmbedderOptions>>().Value, images);
            var threads = Environment.ProcessorCount;
            Console.WriteLine(
                $"Ingest: {images.Count} images, {threads} processors, "
                    + $"{portal.Get<IOptions<IngestOptions>>().Value.WorkerCount} workers; images a second"
            );
            Console.WriteLine(
                "          images a second                            processor ms an image                      "
                    + "ingest / bare    ingest / with decoding   ingest / decoding here"
            );
            Console.WriteLine(
                "round     bare   with decoding   whole ingest       bare   with decoding   whole ingest       wall "
                    + "     cpu     wall      cpu     wall      cpu"
            );
            var ratios = new List<double[]>();
            for (var round = 0; round <= Rounds; round++)
            {
                await portal.AcceptAsync(images);
                var run = await bare.RunAsync(threads);
                var decoded = await bare.DecodeAndRunAsync(threads);
                await decodingHere.AcceptAsync(images);
                // Each goes first in every other round.
                var isFirst = round % 2 == 0;
                var here = isFirst ? default : await decodingHere.WorkOffAsync();
                var ingest = await portal.WorkOffAsync();
                if (isFirst)
                {
                    here = await decodingHere.WorkOffAsync();
                }

                double[] ratio =
                [
                    ingest.PerSecond / run.PerSecond,
                    run.CpuMilliseconds / ingest.CpuMilliseconds,
                    ingest.PerSecond / decoded.PerSecond,
                    decoded.CpuMilliseconds / ingest.CpuMilliseconds,
                    ingest.PerSecond / here.PerSecond,
                    here.CpuMilliseconds / ingest.CpuMilliseconds,
                ];
                Console.WriteLine(
                    $"{(round == 0 ? "warm-up" : round), -7} {run.PerSecond, 6:0.0} {decoded.PerSecond, 15:0.0} "
                        + $"{ingest.PerSecond, 14:0.0} "
                        + $"{run.CpuMilliseconds, 10:0.0} {decoded.CpuMilliseconds, 15:0.0} "
                        + $"{ingest.CpuMilliseconds, 14:0.0} {ratio[0], 10:0.00} {ratio[1], 8:0.00} "
                        + $"{ratio[2], 8:0.00} {ratio[3], 8:0.00} {ratio[4], 8:0.00} {ratio[5], 8:0.00}"
                );
                if (round > 0)
                {
                    ratios.Add(ratio);
                }
            }
            Console.WriteLine(
                $"median ratios: {Median(0):0.00} wall and {Median(1):0.00} cpu of the bare network, "
                    + $"{Median(2):0.00} and {Median(3):0.00} of the network with decoding, {Median(4):0.00} and "
                    + $"{Median(5):0.00} of decoding in this process"
            );

            double Median(int column) => ratios.Select(r => r[column]).Order().ElementAt(Rounds / 2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
