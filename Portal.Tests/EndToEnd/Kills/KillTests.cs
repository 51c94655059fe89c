using System.Diagnostics;
using System.Globalization;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd.Kills;

/// <summary>
/// Kills the portal again and again while everybody works with it, and holds what is left against every answer it gave.
/// <c>PORTAL_KILLS</c> says how often (20) and <c>PORTAL_KILL_SEED</c> where the chance begins (1).
/// </summary>
[Collection(nameof(RunsAlone))]
public class KillTests
{
    /// <summary>
    /// The smallest pictures, so that all there is to do is done often. No input is set aside: here the process dies a
    /// hundred times as often as in life.
    /// </summary>
    private static readonly string[] Settings =
    [
        "--Embedder:Side=32",
        "--Imaging:Decoders=3",
        "--Ingest:MaxAttempts=100",
    ];

    [Fact]
    public async Task Whenever_the_portal_is_killed_it_keeps_every_promise_it_gave()
    {
        var (kills, seed) = (Number("PORTAL_KILLS", 20), Number("PORTAL_KILL_SEED", 1));
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        var ledger = new KillLedger();
        var check = new KillCheck(folder.Path, ledger);
        var watch = Stopwatch.StartNew();
        for (var kill = 0; kill < kills; kill++)
        {
            var random = new Random(seed + kill);
            try
            {
                // One start in five is cut short as well: recovering must itself survive.
                if (random.Next(5) == 0)
                {
                    await PortalProcess.KillDuringStartAsync(
                        folder.Path,
                        TimeSpan.FromMilliseconds(random.Next(100, 3000)),
                        Settings
                    );
                }

                await using var portal = await PortalProcess.StartAsync(folder.Path, 0, Settings);
                await check.FilesAsync();
                await check.GuaranteesAsync();
                using var client = portal.Client();
                using var killed = new CancellationTokenSource();
                var load = new KillLoad(client, ledger, seed + kill, killed.Token).RunAsync();
                // After so many answers, and then at any moment of what they set off.
                var enough = ledger.Answers + random.Next(40);
                await Wait.ForAsync(() => Task.FromResult(ledger.Answers), answers => answers >= enough);
                await Task.Delay(random.Next(300), TestContext.Current.CancellationToken);
                await portal.KillAsync();
                await killed.CancelAsync();
                await load;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"After kill {kill} (PORTAL_KILLS=1 PORTAL_KILL_SEED={seed + kill} has its chance): {ledger}",
                    e
                );
            }
            TestContext.Current.SendDiagnosticMessage(
                $"kill {kill}, seed {seed + kill}, {watch.Elapsed.TotalSeconds:0} s: {ledger}"
            );
        }

        await using (var last = await PortalProcess.StartAsync(folder.Path, 0, Settings))
        {
            await check.FilesAsync();
            using var client = last.Client();
            await client.WorkedOffAsync("park");
            await Wait.ForAsync(
                () => client.SendAsync(HttpMethod.Get, "users/owner/apps/park/jobs?per_page=1000", null).OkAsync(),
                jobs =>
                    jobs["jobs"]
                        .EnumerateArray()
                        .All(j => j.GetProperty("state").GetString() is not ("queued" or "running")),
                TimeSpan.FromMinutes(Math.Max(3, kills / 10))
            );
        }
        await check.EverythingIsDoneAsync();
        Assert.NotEmpty(ledger.Accepted);
        Assert.NotEmpty(ledger.Decided);
        Assert.NotEmpty(ledger.Jobs);
        Assert.NotEmpty(ledger.Versions);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{kills} kills, seeds {seed} to {seed + kills - 1}, {watch.Elapsed.TotalSeconds:0} s: {ledger}"
        );
    }

    /// <summary>
    /// An app whose default workflow tags every picture twice, another workflow to backfill with, and a classifier to
    /// train.
    /// </summary>
    internal static async Task PrepareAsync(string root)
    {
        await using var host = await CoreHost.StartAsync(root, workers: false);
        var (runner, walker) = (await host.ConceptAsync("runner"), await host.ConceptAsync("walker"));
        await host.ConstantClassifierAsync("model", (runner, 0.95), (walker, 0.5));
        await host.BandAsync("model", 0.3, 0.8, "second", runner, walker);
        await host.BandAsync("model", 0.3, 0.8, "auto", runner, walker);
        await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                "learned",
                null,
                null,
                new OutputDraft([new DraftConcept("runner"), new DraftConcept("walker")], []),
                default
            );
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
