using System.Diagnostics;
using System.Net;
using Microsoft.Data.Sqlite;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Tests.EndToEnd.Kills;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>What happens to a portal at work when the machine fails it, and when it is asked to stop.</summary>
public class FaultTests
{
    private const string SmallSide = "--Embedder:Side=32";
    private const string App = "users/owner/apps/park";
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task When_the_disk_takes_no_more_uploads_are_refused_with_the_reason_and_what_was_accepted_waits_until_it_does()
    {
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(
            ProcessSignals.RequireSmallDisk(folder.Path, 128),
            folder.Path,
            0,
            "--Embedder:Side=1024",
            "--Imaging:Decoders=3"
        );
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/owner/apps", new { apps = new[] { new { id = "park" } } })
            .OkAsync();
        await client
            .SendAsync(HttpMethod.Post, $"{App}/concepts", new { concepts = new[] { new { id = "runner" } } })
            .OkAsync();
        await client.UploadAsync("park", Pictures(0, 3));
        await client.WorkedOffAsync("park");
        Assert.Equal("ready", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        var ballast = $"/proc/{portal.Id}/root{folder.Path}/ballast";
        var accepted = await FillWhileSomeWaitAsync(portal, client, ballast, 3);
        var refused = (await client.UploadAsync("park", Pictures(accepted, 1)))[0];
        var decision = await DecideAsync(client);
        using var ready = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        File.Delete(ballast);

        Assert.Equal((int)StatusCode.TryAgain, refused.Code);
        Assert.Contains(
            "The disk of the data directory is full. Free some space",
            refused.Details,
            StringComparison.Ordinal
        );
        Assert.Equal((HttpStatusCode.ServiceUnavailable, (int)StatusCode.TryAgain), (decision.Http, decision.Code));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(
            "is full",
            await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        // None was set aside, however often it was tried.
        Assert.Equal((accepted, 0, 0), await client.WorkedOffAsync("park"));
        await DecideAsync(client).OkAsync();
        Assert.Equal((int)StatusCode.InputPending, (await client.UploadAsync("park", Pictures(accepted, 1)))[0].Code);
        Assert.Equal((accepted + 1, 0, 0), await client.WorkedOffAsync("park"));
        Assert.Equal("ready", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_is_said_at_the_start_and_when_it_happens_later()
    {
        var unprivileged = ProcessSignals.RequireUnprivileged();
        using var folder = new TemporaryFolder();
        var storage = new StorageOptions { Root = Path.Combine(folder.Path, "data") };
        ProcessSignals.LetWrite(folder.Path, isWritable: false);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            PortalProcess.StartAsync(unprivileged, storage.Root, 0, SmallSide)
        );
        Assert.Matches(
            $"The data directory .*cannot be written.*{storage.Root}.*Give the portal's user the right",
            refusal.Message
        );
        Assert.DoesNotContain("Unhandled exception", refusal.Message, StringComparison.Ordinal);

        ProcessSignals.LetWrite(folder.Path, isWritable: true);
        await using var portal = await PortalProcess.StartAsync(
            unprivileged,
            storage.Root,
            0,
            SmallSide,
            "--Imaging:Decoders=2"
        );
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/owner/apps", new { apps = new[] { new { id = "park" } } })
            .OkAsync();
        Assert.Equal("ready", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        ProcessSignals.LetWrite(storage.IncomingRoot, isWritable: false);
        var refused = (await client.UploadAsync("park", Pictures(0, 1)))[0];
        using var ready = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);

        Assert.Equal((int)StatusCode.TryAgain, refused.Code);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("The data directory cannot be written", refused.Details, StringComparison.Ordinal);
        ProcessSignals.LetWrite(storage.IncomingRoot, isWritable: true);
        Assert.Equal((int)StatusCode.InputPending, (await client.UploadAsync("park", Pictures(0, 1)))[0].Code);
        Assert.Equal((1, 0, 0), await client.WorkedOffAsync("park"));
    }

    [Fact]
    public async Task Asked_to_stop_in_the_middle_of_everything_it_ends_well_and_soon_and_loses_nothing()
    {
        ProcessSignals.RequireLinux();
        using var folder = new TemporaryFolder();
        await KillTests.PrepareAsync(folder.Path);
        var ledger = new KillLedger();
        await using (var portal = await PortalProcess.StartAsync(folder.Path, 0, SmallSide, "--Imaging:Decoders=3"))
        {
            using var client = portal.Client();
            using var stopped = new CancellationTokenSource();
            var load = new KillLoad(client, ledger, 1, stopped.Token).RunAsync();
            await Wait.ForAsync(
                () => Task.FromResult(ledger),
                all => all is { Accepted.Count: > 20, Decided.IsEmpty: false, Versions.IsEmpty: false }
            );
            var watch = Stopwatch.StartNew();

            Assert.Equal(0, await portal.StopAsync());

            Assert.InRange(watch.Elapsed, TimeSpan.Zero, StopLimit);
            await stopped.CancelAsync();
            await load;
        }
        await using var again = await PortalProcess.StartAsync(folder.Path, 0, SmallSide, "--Imaging:Decoders=3");
        var check = new KillCheck(folder.Path, ledger);
        await check.FilesAsync();
        await check.GuaranteesAsync();
        using var other = again.Client();
        Assert.Equal(0, (await other.WorkedOffAsync("park")).Errors);
    }

    private static Task<ApiAnswer> DecideAsync(HttpClient client) =>
        client.SendAsync(
            HttpMethod.Post,
            $"{App}/decisions",
            """{"decisions":[{"client_id":"one","input_id":"picture-0","concept_id":"runner","value":1}]}"""
        );

    /// <summary>Writes until the disk takes no more.</summary>
    /// <summary>
    /// Uploads and fills the disk until a worker cannot go on. Large squares keep them busy; where all were embedded
    /// before the disk was full, it is tried with more.
    /// </summary>
    /// <returns>How many pictures have been accepted in all.</returns>
    private static async Task<int> FillWhileSomeWaitAsync(
        PortalProcess portal,
        HttpClient client,
        string ballast,
        int accepted
    )
    {
        while (true)
        {
            Assert.All(
                await client.UploadAsync("park", Pictures(accepted, 40)),
                a => Assert.Equal((int)StatusCode.InputPending, a.Code)
            );
            accepted += 40;
            // A log with room left over from before would take what follows without asking the disk for more.
            await TruncateLogAsync(new StorageOptions { Root = Path.GetDirectoryName(ballast)! }.DatabasePath);
            Fill(ballast);
            var (waits, _) = await Wait.ForAsync(
                async () =>
                    (
                        Waits: portal.Output.Contains(
                            "An input worker waits: The disk of the data directory is full",
                            StringComparison.Ordinal
                        ),
                        (await client.CountsAsync("park")).Open
                    ),
                now => now.Waits || now.Open == 0
            );
            if (waits)
            {
                return accepted;
            }

            File.Delete(ballast);
        }
    }

    private static async Task TruncateLogAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Default Timeout=30");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        // It answers 1 where somebody was in the way.
        await Wait.ForAsync(
            () => command.ExecuteScalarAsync(TestContext.Current.CancellationToken),
            busy => busy is 0L
        );
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        foreach (var piece in (int[])[1 << 20, 1 << 12])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[piece]);
                }
            }
            catch (IOException)
            {
                // Full, to within a piece of this size.
            }
        }
    }

    private static IEnumerable<UploadFile> Pictures(int first, int count) =>
        Enumerable
            .Range(first, count)
            .Select(seed => new UploadFile($"picture-{seed}", $"{seed}.png", Support.Pictures.Any(seed)));
}
