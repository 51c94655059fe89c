using Portal.Bench;

// ingest | train | all, then settings of the portal to try, for example --Ingest:Workers=2 --Embedder:Threads=1.
var (what, settings) = args is [var first, .. var rest] ? (first, rest) : ("", []);
if (what is not ("ingest" or "train" or "all"))
{
    Console.Error.WriteLine("Say what to measure: ingest, train or all.");
    return 1;
}
if (what is "ingest" or "all") await IngestBenchmark.RunAsync(settings);
if (what is "train" or "all") TrainingBenchmark.Run();
return 0;
