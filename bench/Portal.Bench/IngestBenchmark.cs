using Microsoft.Extensions.Options;
using Portal.Core.Embeddings;
using Portal.Core.Inputs;

namespace Portal.Bench;

/// <summary>
/// How many accepted inputs a second come to an end (decode, embed, run the default workflow, commit to disk), beside the bare network on as many
/// threads as there are processors. Rounds alternate, so that other work on the machine hits both alike.
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
            using var bare = new BareInference(portal.Get<IOptions<EmbedderOptions>>().Value, images);
            var threads = Environment.ProcessorCount;
            Console.WriteLine($"Ingest: {images.Count} images, {threads} processors, {portal.Get<IOptions<IngestOptions>>().Value.WorkerCount} workers; images a second");
            Console.WriteLine("round   bare network   with decoding   whole ingest   ingest / bare   ingest / with decoding");
            var ratios = new List<(double Bare, double Decoding)>();
            for (var round = 0; round <= Rounds; round++)
            {
                await portal.AcceptAsync(images);
                var (run, decodeAndRun) = (bare.Run(threads), bare.DecodeAndRun(threads));
                var ingest = await portal.WorkOffAsync();
                Console.WriteLine($"{(round == 0 ? "warm-up" : round),-7} {run,12:0.0} {decodeAndRun,15:0.0} {ingest,14:0.0} {ingest / run,15:0.00} {ingest / decodeAndRun,24:0.00}");
                if (round > 0) ratios.Add((ingest / run, ingest / decodeAndRun));
            }
            Console.WriteLine($"median ratio: {Median(ratios.Select(r => r.Bare)):0.00} of the bare network, {Median(ratios.Select(r => r.Decoding)):0.00} of the network with decoding");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
