using System.Diagnostics;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Reembedding;

namespace Portal.Commands;

/// <summary>
/// <c>reembed [--app USER/APP]</c>: gives the inputs of one app, or of all, vectors of the configured embedder, without
/// the web server. Settings follow.
/// </summary>
public static class ReembedCommand
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);

    public static bool IsMeant(string[] args) => args is ["reembed", ..];

    /// <returns>The process's exit code.</returns>
    public static Task<int> RunAsync(string[] args) =>
        CommandHost.RunAsync(
            args,
            "open the app's page 'Jobs'",
            "Stopped. What was embedded so far stands; the same command again goes on.",
            RunAsync
        );

    private static async Task RunAsync(IServiceProvider services, CommandOptions options, CancellationToken ct)
    {
        var reembedding = services.GetRequiredService<ReembeddingService>();
        long? only = options.Value("app") is null ? null : (await CommandHost.AppAsync(services, options, ct)).App.Id;
        var apps = (await reembedding.OverviewAsync(ct)).Where(a => only is null || a.App.Id == only).ToList();
        if (apps.Count == 0)
        {
            Console.WriteLine(
                $"All vectors are of {services.GetRequiredService<EmbeddingStore>().CurrentName}; there is "
                    + $"nothing to do."
            );
        }

        foreach (var (app, ownerId, _) in apps)
        {
            var name = $"{ownerId}/{app.ExternalId}";
            Console.WriteLine(
                $"{name}: {await services.GetRequiredService<ReembeddingJob>().RunAsync(app.Id, Show(name), ct)}"
            );
            foreach (var model in (await reembedding.StateAsync(app.Id, ct))?.Models ?? [])
            {
                Console.WriteLine(
                    $"{name}: version {model.Version} of the model {model.Name} was trained on vectors of "
                        + $"{model.Embedder}. Train it again."
                );
            }
        }
    }

    private static Action<int, int> Show(string app)
    {
        var (watch, start) = (Stopwatch.StartNew(), Stopwatch.GetTimestamp());
        return (done, total) =>
        {
            if (watch.Elapsed < ShowEvery)
            {
                return;
            }

            watch.Restart();
            Console.WriteLine(
                $"{app}: {done} of {total}, {done / Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} a second"
            );
        };
    }
}
