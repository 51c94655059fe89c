using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Labeling;

namespace Portal.Bench;

/// <summary>
/// What the Explorer's questions cost at the server, with a tenth, a hundredth … of the inputs asked for down to
/// 10,000, and with all of them: and how each grows.
/// </summary>
internal static class ExplorerBenchmark
{
    private const int Page = 60;
    private const int Rounds = 5;
    private const int Queries = 10;
    private const int Neighbours = 50;
    private const int BatchSize = 24;

    // Milliseconds at a million inputs.
    private const double PageAim = 150;
    private const double SimilarAim = 400;
    private const double SaveAim = 20;

    public static async Task RunAsync(int size, string[] settings)
    {
        var measured = new Measurements();
        for (var n = Math.Min(10_000, size); n < size; n *= 10)
        {
            await MeasureAsync(n, measured, settings);
        }

        await MeasureAsync(size, measured, settings);
        measured.PrintGrowth();
    }

    private static async Task MeasureAsync(int size, Measurements measured, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            var data = Path.Combine(folder, "data");
            await using (var portal = await BenchPortal.StartAsync(data, settings))
            {
                await MeasureAsync(portal, size, measured);
            }

            await using (var again = await BenchPortal.StartAsync(data, settings))
            {
                await StartsAsync(again, measured);
            }

            using var process = Process.GetCurrentProcess();
            Console.WriteLine(
                $"{"memory of the process, peak so far", -52} {process.PeakWorkingSet64 / 1e9, 9:0.00} GB"
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(BenchPortal portal, int size, Measurements measured)
    {
        var watch = Stopwatch.StartNew();
        var (conceptIds, _, _) = await portal.NamesAsync();
        await ExplorerData.FillAsync(portal, size, withTags: true, withEmbeddings: true);
        var annotations = await portal.CountAsync(db => db.Annotations);
        measured.Begin(
            size,
            $"{size:N0} inputs, {annotations:N0} annotations, made in {watch.Elapsed.TotalSeconds:0} s"
        );
        await QuestionsAsync(portal, measured, conceptIds, size);
        await SimilarAsync(portal, measured, size);
        await BatchesAsync(portal, measured);
        await SavesAsync(portal, measured, conceptIds[0]);
    }

    /// <summary>What a portal has to read that starts with an app that was looked at before.</summary>
    private static async Task StartsAsync(BenchPortal portal, Measurements measured)
    {
        await measured.TimeAsync(
            "first question after another start",
            1,
            () => portal.Get<InputIndex>().WarmAsync(portal.AppId, default)
        );
        await measured.TimeAsync(
            "codes read after another start",
            1,
            () => portal.Get<SimilarInputs>().WarmAsync(portal.AppId, default)
        );
    }

    private static async Task QuestionsAsync(
        BenchPortal portal,
        Measurements measured,
        IReadOnlyList<long> conceptIds,
        int size
    )
    {
        var queries = portal.Get<InputQueries>();
        await measured.TimeAsync(
            "first question after a start: reads the app",
            1,
            () => portal.Get<InputIndex>().WarmAsync(portal.AppId, default)
        );
        var filters = new (string Name, Func<InputFilter, InputFilter> Add)[]
        {
            ("everything", f => f),
            ("a concept", f => f with { ConceptIds = [conceptIds[0]] }),
            (
                "all of two concepts",
                f => f with { ConceptIds = [conceptIds[1], conceptIds[3]], Match = ConceptMatch.All }
            ),
            ("without a concept", f => f with { WithoutConceptIds = [conceptIds[2]] }),
            ("a status", f => f with { Statuses = [StatusCode.AnnotationPending] }),
            ("an origin", f => f with { Origins = [new TagOrigin(AnnotationOrigin.Human)] }),
            ("a written-as user", f => f with { WrittenAsIds = [portal.UserId] }),
            ("a reviewer", f => f with { ReviewerIds = [portal.UserId] }),
            ("a range of scores", f => f with { MinScore = 0.4, MaxScore = 0.6 }),
            ("labelled", f => f with { Labelled = true }),
            ("unlabelled", f => f with { Labelled = false }),
            ("failed", f => f with { Failed = true }),
            (
                "days",
                f =>
                    f with
                    {
                        From = DateTime.UnixEpoch.AddSeconds(1_700_000_000 + size / 3),
                        Before = DateTime.UnixEpoch.AddSeconds(1_700_000_000 + size / 2),
                    }
            ),
            ("a file name", f => f with { FileName = "img_00" }),
            ("a metadata entry", f => f with { Metadata = [new MetadataFilter("camera", "c3")] }),
            ("words", f => f with { Text = "park concept-4" }),
            ("by score", f => f with { Order = InputOrder.HighestScore }),
        };
        foreach (var (name, add) in filters)
        {
            await measured.TimeAsync($"first page: {name}", Rounds, () => PageAsync(add(new InputFilter())), PageAim);
        }

        var pairs = new List<double>();
        foreach (var (i, a) in filters.Index())
        {
            foreach (var b in filters.Skip(i + 1))
            {
                pairs.Add(await Measurements.OnceAsync(() => PageAsync(b.Add(a.Add(new InputFilter())))));
            }
        }
        measured.Add($"first page: any two of them ({pairs.Count} pairs)", pairs, PageAim);
        await measured.TimeAsync(
            "counts beside every choice",
            Rounds,
            () => queries.FacetsAsync(portal.AppId, new InputFilter(), default),
            PageAim
        );
        await measured.TimeAsync(
            "counts beside every choice, under a filter",
            Rounds,
            () =>
                queries.FacetsAsync(
                    portal.AppId,
                    new InputFilter { Text = "park", ConceptIds = [conceptIds[0]] },
                    default
                ),
            PageAim
        );
        await measured.TimeAsync(
            "counts of every concept, for review and training",
            Rounds,
            () => portal.Get<ConceptService>().CountAsync(portal.AppId, default),
            PageAim
        );
        await measured.TimeAsync(
            "jump to a day",
            Rounds,
            async () =>
            {
                var list = await queries.FindAsync(portal.AppId, new InputFilter(), default);
                var place = await queries.PlaceOfTimeAsync(
                    portal.AppId,
                    list,
                    InputOrder.Newest,
                    DateTime.UnixEpoch.AddSeconds(1_700_000_000 + size / 3),
                    default
                );
                await queries.TilesAsync(list.Keys(place, Page), default);
            },
            PageAim
        );

        async Task PageAsync(InputFilter filter)
        {
            var list = await queries.FindAsync(portal.AppId, filter, default);
            await queries.TilesAsync(list.Keys(0, Page), default);
        }
    }

    private static async Task BatchesAsync(BenchPortal portal, Measurements measured)
    {
        foreach (var order in new[] { LabelOrder.Uploaded, LabelOrder.Random, LabelOrder.MostInformative })
        {
            await measured.TimeAsync(
                $"what to label next: {order}",
                Rounds,
                () =>
                    portal
                        .Get<LabelBatches>()
                        .NextAsync(portal.AppId, order.ToString(), new LabelQuery(order), BatchSize, default)
            );
        }

        foreach (var order in Enum.GetValues<ReviewOrder>())
        {
            await measured.TimeAsync(
                $"what to review next: {order}",
                Rounds,
                () =>
                    portal
                        .Get<ReviewBatches>()
                        .NextAsync(portal.AppId, order.ToString(), null, order, [], BatchSize, default)
            );
        }
    }

    private static async Task SavesAsync(BenchPortal portal, Measurements measured, long conceptId)
    {
        var id = 11L;
        await measured.TimeAsync(
            "a label saved",
            20,
            () =>
                portal
                    .Get<DecisionService>()
                    .DecideAsync(portal.AppId, portal.UserId, [new NewDecision(id += 7, conceptId, true)], default),
            SaveAim
        );
        await using var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        var waiting = new Queue<Annotation>(
            await db
                .Annotations.AsNoTracking()
                .Where(a => a.AppId == portal.AppId && a.Status == StatusCode.AnnotationPending)
                .OrderBy(a => a.Id)
                .Take(20)
                .ToListAsync()
        );
        await measured.TimeAsync(
            "a review saved",
            20,
            () =>
            {
                var tag = waiting.Dequeue();
                return portal
                    .Get<DecisionService>()
                    .DecideAsync(
                        portal.AppId,
                        portal.UserId,
                        [new NewDecision(tag.InputId, tag.ConceptId, tag.Value, tag.Id)],
                        default
                    );
            },
            SaveAim
        );
    }

    private static async Task SimilarAsync(BenchPortal portal, Measurements measured, int size)
    {
        var similar = portal.Get<SimilarInputs>();
        await measured.TimeAsync(
            "codes of all embeddings made, once for all",
            1,
            () => similar.WarmAsync(portal.AppId, default)
        );
        long[] asked = [.. Enumerable.Range(0, Queries).Select(i => 1L + (long)i * (size - 1) / Queries)];
        await similar.FindAsync(portal.AppId, [asked[^1]], null, Neighbours, default);
        var found = new Dictionary<long, IReadOnlyList<SearchHit>>();
        var times = new List<double>();
        foreach (var id in asked)
        {
            times.Add(
                await Measurements.OnceAsync(async () =>
                    found[id] = await similar.FindAsync(portal.AppId, [id], null, Neighbours, default)
                )
            );
        }

        measured.Add($"find similar, the best {Neighbours}", times, SimilarAim);
        var pages = new List<double>();
        foreach (var id in asked)
        {
            var query = new InputSearchQuery([], [], (await portal.Get<EmbeddingStore>().LoadAsync(id, default))!);
            pages.Add(
                await Measurements.OnceAsync(() =>
                    portal.Get<InputSearch>().FindAsync(portal.AppId, query, 0, Page, default)
                )
            );
        }
        measured.Add("search by a picture, the first page", pages, SimilarAim);
        await measured.TimeAsync(
            "pictures that are nearly the same, in the whole app",
            1,
            () => portal.Get<DuplicateFinder>().NearlySameAsync(portal.AppId, _ => { }, default)
        );
        var exact = await ExactAsync(portal, asked);
        var recall = asked.Average(id => found[id].Count(h => h.Score >= exact[id]) / (double)Neighbours);
        Console.WriteLine($"{$"recall@{Neighbours} against the exact answer", -52} {recall, 9:0.000}");
    }

    /// <summary>The cosine of each query's last wanted neighbour, by comparing every stored vector.</summary>
    private static async Task<Dictionary<long, double>> ExactAsync(BenchPortal portal, long[] asked)
    {
        await using var db = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        var wanted = new Dictionary<long, float[]>();
        foreach (var id in asked)
        {
            wanted[id] = Singles((await db.InputEmbeddings.AsNoTracking().SingleAsync(e => e.InputId == id)).Vector);
        }

        var best = asked.ToDictionary(id => id, _ => new PriorityQueue<long, double>());
        foreach (var row in db.InputEmbeddings.AsNoTracking().Select(e => new { e.InputId, e.Vector }))
        {
            var vector = Singles(row.Vector);
            foreach (var id in asked.Where(id => id != row.InputId))
            {
                var cosine = TensorPrimitives.CosineSimilarity<float>(wanted[id], vector);
                if (best[id].Count < Neighbours)
                {
                    best[id].Enqueue(row.InputId, cosine);
                }
                else
                {
                    best[id].EnqueueDequeue(row.InputId, cosine);
                }
            }
        }
        return best.ToDictionary(b => b.Key, b => b.Value.TryPeek(out _, out var least) ? least : 0);
    }

    private static float[] Singles(byte[] vector)
    {
        var singles = new float[vector.Length / 2];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(vector), singles);
        return singles;
    }
}
