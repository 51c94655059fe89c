using System.Collections.Concurrent;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

public class CrashTests
{
    private const int PictureCount = 300;
    private const int PerRequest = 15;
    private const string SmallSide = "--Embedder:Side=96";
    private const int Accepted = (int)StatusCode.InputPending;

    [Fact]
    public async Task Uploads_answered_accepted_survive_a_kill_and_are_annotated_exactly_once()
    {
        using var folder = new TemporaryFolder();
        await PrepareBandAsync(folder.Path);
        var (accepted, refused) = (new ConcurrentDictionary<string, int>(), new ConcurrentBag<string>());
        var portal = await PortalProcess.StartAsync(folder.Path, 0, SmallSide);

        using (var client = portal.Client())
        {
            var uploading = UploadUntilItDiesAsync(client, accepted, refused);
            await Wait.ForAsync(
                () => client.CountsAsync("park"),
                counts => counts is { Processed: >= 10, Open: > 0 } && !refused.IsEmpty
            );
            await portal.KillAsync();
            await uploading;
        }
        await portal.DisposeAsync();
        Assert.InRange(accepted.Count, 10, PictureCount - 1);

        await using (var again = await PortalProcess.StartAsync(folder.Path, 0, SmallSide))
        {
            using var client = again.Client();
            await client.WorkedOffAsync("park");
        }
        var survivors = await CheckAsync(folder.Path);
        Assert.Empty(accepted.Keys.Except(survivors));
        Assert.Empty(survivors.Intersect(refused));
    }

    [Fact]
    public async Task A_client_that_sends_everything_again_after_a_kill_ends_with_every_picture_once()
    {
        using var folder = new TemporaryFolder();
        await PrepareBandAsync(folder.Path);
        await using (var portal = await PortalProcess.StartAsync(folder.Path, 0, SmallSide))
        {
            using var client = portal.Client();
            await client.UploadAsync("park", Enumerable.Range(0, 40).Select(Picture));
            await Wait.ForAsync(() => client.CountsAsync("park"), counts => counts.Processed > 0);
            await portal.KillAsync();
        }

        await using (var again = await PortalProcess.StartAsync(folder.Path, 0, SmallSide))
        {
            using var client = again.Client();
            var answers = await client.UploadAsync("park", Enumerable.Range(0, 50).Select(Picture));
            Assert.Equal(40, answers.Count(a => a.Code == (int)StatusCode.DuplicateId));
            Assert.Equal(10, answers.Count(a => a.Code == Accepted));
            Assert.Equal((50, 0, 0), await client.WorkedOffAsync("park"));
        }
        Assert.Equal(50, (await CheckAsync(folder.Path)).Count);
    }

    [Fact]
    public async Task Two_portals_work_side_by_side_and_a_second_one_on_the_same_data_is_turned_away()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        foreach (var root in new[] { first.Path, second.Path })
        {
            await PrepareBandAsync(root);
        }

        await using var one = await PortalProcess.StartAsync(first.Path, 0, SmallSide);
        await using var two = await PortalProcess.StartAsync(second.Path, 0, SmallSide);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            PortalProcess.StartAsync(first.Path, 0, SmallSide)
        );

        Assert.Contains(
            $"The data directory {first.Path} is open in another portal.",
            refusal.Message,
            StringComparison.Ordinal
        );
        using var third = new TemporaryFolder();
        var taken = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            PortalProcess.StartAsync(third.Path, one.Address.Port, SmallSide)
        );
        Assert.Contains("give the portal another address with --urls", taken.Message, StringComparison.Ordinal);
        foreach (var portal in new[] { one, two })
        {
            using var client = portal.Client();
            await client.UploadAsync("park", Picture(1));
            Assert.Equal((1, 0, 0), await client.WorkedOffAsync("park"));
        }
    }

    /// <summary>An app whose default workflow tags every picture: runner for sure, walker perhaps.</summary>
    private static async Task PrepareBandAsync(string root)
    {
        await using var host = await CoreHost.StartAsync(root, workers: false);
        var (runner, walker) = (await host.ConceptAsync("runner"), await host.ConceptAsync("walker"));
        await host.ConstantClassifierAsync("model", (runner, 0.95), (walker, 0.5));
        await host.BandAsync("model", 0.3, 0.8, "auto", runner, walker);
    }

    private static async Task UploadUntilItDiesAsync(
        HttpClient client,
        ConcurrentDictionary<string, int> accepted,
        ConcurrentBag<string> refused
    )
    {
        try
        {
            for (var first = 0; first < PictureCount; first += PerRequest)
            {
                var noPicture = new UploadFile(
                    $"text-{first}",
                    "text.png",
                    Encoding.UTF8.GetBytes($"This is no picture {first}.")
                );
                foreach (
                    var answer in await client.UploadAsync(
                        "park",
                        [.. Enumerable.Range(first, PerRequest).Select(Picture), noPicture]
                    )
                )
                {
                    if (answer.Code == Accepted)
                    {
                        accepted[answer.Id!] = answer.Code;
                    }
                    else
                    {
                        refused.Add(answer.Id!);
                    }
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The kill: this request's files were not answered.
        }
    }

    /// <summary>Checks that every input in a data directory is whole, done, and done once; returns their ids.</summary>
    private static async Task<HashSet<string>> CheckAsync(string root)
    {
        await using var host = await CoreHost.StartAsync(root, workers: false);
        await using var db = host.Db();
        var inputs = await db.Inputs.AsNoTracking().ToListAsync();
        Assert.All(inputs, i => Assert.Equal(StatusCode.InputSuccess, i.Status));
        var ids = inputs.Select(i => i.Id).Order().ToList();
        Assert.Equal(ids, await db.InputEmbeddings.Select(e => e.InputId).Order().ToListAsync());
        Assert.Equal(ids, await db.Runs.Select(r => r.InputId).Order().ToListAsync());
        var annotations = await db
            .Annotations.Where(a => a.Origin == AnnotationOrigin.Workflow)
            .Select(a => new
            {
                a.InputId,
                a.ConceptId,
                a.NodeId,
                a.Status,
            })
            .ToListAsync();
        Assert.Equal(2 * ids.Count, annotations.DistinctBy(a => (a.InputId, a.ConceptId, a.NodeId)).Count());
        Assert.Equal(2 * ids.Count, annotations.Count);
        Assert.Equal(
            ids,
            annotations.Where(a => a.Status == StatusCode.AnnotationSuccess).Select(a => a.InputId).Order()
        );
        var storage = new StorageOptions { Root = root };
        Assert.Equal(
            inputs.Select(i => i.ContentHash).Distinct().Order(StringComparer.Ordinal),
            Directory
                .EnumerateFiles(storage.BlobRoot, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal)
        );
        Assert.Empty(Directory.EnumerateFiles(storage.IncomingRoot));
        return [.. inputs.Select(i => i.ExternalId)];
    }

    private static UploadFile Picture(int seed) => new($"picture-{seed}", $"{seed}.png", Pictures.Any(seed));
}
