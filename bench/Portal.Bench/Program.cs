using System.Globalization;
using Portal.Bench;
using Portal.Core.Engines.Images.Processes;

if (DecoderChild.IsMeant(args))
{
    return DecoderChild.Run();
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// ingest | train | all, then settings of the portal to try, for example --Ingest:Workers=2 --Embedder:Threads=1.
// train LENGTH: on vectors of so many numbers.
// embedder FOLDER…, each of which holds a folder of photos a class.
// order FOLDER, which holds a folder of photos a concept.
// explorer SIZE: an app of so many inputs, and of fewer by tens down to 10,000.
// exchange SIZE: export of so many inputs and import, in all formats or those that are named.
// upload SIZE: so many images over HTTP, beside the rate of the ingest.
// load SIZE: a whole portal under load, into which so many images are uploaded.
// replay FILE, then what ReplayOptions reads, for example --calibration 0.02 --splits 5000.
var (what, settings) = args is [var first, .. var rest] ? (first, rest) : ("", []);
switch (what, settings)
{
    case ("replay", [var file, .. var options]):
        ReplayBenchmark.Run(ReplayOptions.Parse(file, options));
        return 0;
    case ("order", [var folder]):
        OrderBenchmark.Run(folder);
        return 0;
    case ("embedder", [_, ..]):
        EmbedderBenchmark.Run(settings);
        return 0;
    case ("explorer", [var size, .. var options]) when int.TryParse(size, out var inputs) && inputs > 0:
        await ExplorerBenchmark.RunAsync(inputs, options);
        return 0;
    case ("exchange", [var size, .. var options]) when int.TryParse(size, out var inputs) && inputs > 0:
        await ExchangeBenchmark.RunAsync(
            inputs,
            [.. options.Where(o => !o.StartsWith("--", StringComparison.Ordinal))],
            [.. options.Where(o => o.StartsWith("--", StringComparison.Ordinal))]
        );
        return 0;
    case ("upload", [var size, .. var options]) when int.TryParse(size, out var images) && images > 0:
        await UploadBenchmark.RunAsync(images, options);
        return 0;
    case ("load", [var size, .. var options]) when int.TryParse(size, out var images) && images > 0:
        await LoadBenchmark.RunAsync(images, options);
        return 0;
    case ("train", [var length]) when int.TryParse(length, out var dimensions) && dimensions > 0:
        TrainingBenchmark.Run(dimensions);
        return 0;
    case ("ingest" or "train" or "all", _):
        if (what is not "train")
        {
            await IngestBenchmark.RunAsync(settings);
        }

        if (what is not "ingest")
        {
            TrainingBenchmark.Run(TrainingBenchmark.UsualDimensions);
        }

        return 0;
    default:
        Console.Error.WriteLine(
            "Say what to measure: ingest, train, all, explorer, exchange, upload or load and a size, replay and a "
                + "file, order and a folder, or embedder and folders."
        );
        return 1;
}
