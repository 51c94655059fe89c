using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class SimilarTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_estimated_cosine_is_right_on_average_and_close()
    {
        var random = new Random(1);
        Half[][] vectors = [.. Enumerable.Range(0, 400).Select(_ => Draw(random, 700))];
        var coder = new EmbeddingCoder(EmbeddingCoder.CentreOf(vectors[..200]));
        var errors = new List<double>();
        foreach (var like in vectors[..20])
        {
            var query = coder.Ask(EmbeddingCoder.Singles(like));
            foreach (var other in vectors[20..])
            {
                var code = coder.Encode(other);
                var numbers = MemoryMarshal.Cast<byte, float>(code.AsSpan(coder.Words * 8));
                var estimate = query.Cosine(
                    MemoryMarshal.Cast<byte, ulong>(code.AsSpan(0, coder.Words * 8)),
                    numbers[0],
                    numbers[1]
                );
                errors.Add(
                    estimate
                        - TensorPrimitives.CosineSimilarity<float>(
                            EmbeddingCoder.Singles(like),
                            EmbeddingCoder.Singles(other)
                        )
                );
            }
        }

        Assert.Equal(0, errors.Average(), 0.002);
        // 0.6/√700 times how far both are from the centre, which is less than 1.
        Assert.InRange(Math.Sqrt(errors.Average(e => e * e)), 0.001, 0.023);
    }

    [Fact]
    public async Task The_first_pass_finds_almost_all_that_comparing_every_vector_finds()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await FillAsync(core, 6000);
        var similar = core.Get<SimilarInputs>();
        var all = new InputSet(keys);
        double found = 0;
        foreach (var key in keys.Where((_, i) => i % 600 == 0))
        {
            var like = EmbeddingCoder.Singles((await core.Get<EmbeddingStore>().LoadAsync(key, Ct))!);
            var exact = await similar.RankAsync(keys, like, 50, Ct);
            var hits = await similar.FindAsync(core.App.Id, like, all, 50, Ct, candidates: 300);
            found += hits.Select(h => h.InputId).Intersect(exact.Select(h => h.InputId)).Count();
            Assert.Equal(exact[0], hits[0]);
        }
        Assert.InRange(found / 500, 0.95, 1);

        // What comes later is found too, and the codes are there after a start.
        await using (var db = core.Db())
        {
            Assert.Equal(6000, await db.EmbeddingCodes.CountAsync(Ct));
        }

        var twin = await AddAsync(core, "twin", await core.Get<EmbeddingStore>().LoadAsync(keys[7], Ct));
        Assert.Equal(twin, (await similar.FindAsync(core.App.Id, [keys[7]], null, 5, Ct))[0].InputId);
    }

    [Fact]
    public async Task The_wall_shows_what_is_like_some_inputs_within_the_other_filters()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await FillAsync(core, 60);
        var stored = (await core.Get<EmbeddingStore>().LoadAsync(keys[3], Ct))!;
        var (near, hidden) = (await AddAsync(core, "near", stored), await AddAsync(core, "hidden", stored));
        await core.Get<InputService>().DeleteAsync(core.App.Id, "hidden", Ct);
        var queries = core.Get<InputQueries>();

        var list = await queries.FindAsync(core.App.Id, new InputFilter { Like = ["i3"] }, Ct);
        Assert.Equal(near, list.Keys(0, 1)[0]);
        Assert.Equal(60, list.Count);
        Assert.False(list.Contains(hidden) || list.Contains(keys[3]));
        var narrowed = await queries.FindAsync(core.App.Id, new InputFilter { Like = ["i3"], FileName = "1" }, Ct);
        Assert.Equal(list.Keys(0, 100).Where(narrowed.Contains), narrowed.Keys(0, 100));
        Assert.Equal(
            keys.Index()
                .Where(k => $"{k.Index}.png".Contains('1', StringComparison.Ordinal))
                .Select(k => k.Item)
                .Order(),
            narrowed.Keys(0, 100).Order()
        );
    }

    [Fact]
    public async Task An_input_that_is_not_processed_yet_says_so()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var input = await core.AcceptAsync(1);

        var error = await Assert.ThrowsAsync<PortalException>(() =>
            core.Get<SimilarInputs>().FindAsync(core.App.Id, [input.Id], null, 5, Ct)
        );
        Assert.Contains("not processed yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_files_and_nearly_equal_pictures_are_grouped_and_nothing_is_deleted()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await FillAsync(core, 40);
        await using (var db = core.Db())
        {
            var rows = await db.Inputs.OrderBy(i => i.Id).ToListAsync(Ct);
            rows[30].ContentHash = rows[10].ContentHash;
            rows[20].ContentHash = rows[10].ContentHash;
            rows[35].ContentHash = rows[5].ContentHash;
            await db.SaveChangesAsync(Ct);
        }
        var like = (await core.Get<EmbeddingStore>().LoadAsync(keys[1], Ct))!;
        var resaved = await AddAsync(core, "resaved", [.. like.Select((v, i) => i % 50 == 0 ? v * (Half)1.05f : v)]);
        var finder = core.Get<DuplicateFinder>();

        Assert.Equal(
            [
                [keys[10], keys[20], keys[30]],
                [keys[5], keys[35]],
            ],
            (await finder.SameBytesAsync(core.App.Id, 10, Ct)).Select(g => g.InputIds)
        );
        var nearly = Assert.Single(await finder.NearlySameAsync(core.App.Id, _ => { }, Ct));
        Assert.Equal([keys[1], resaved], nearly.InputIds);
        Assert.Equal(41, await core.Get<InputQueries>().CountAsync(core.App.Id, new InputFilter(), Ct));
    }

    [Fact]
    public async Task Nearly_equal_pictures_are_found_among_many_wherever_they_are()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await FillAsync(core, 5000);
        var twins = new Dictionary<long, long>();
        foreach (var (n, key) in keys.Where((_, i) => i % 100 == 0).Index())
        {
            var like = (await core.Get<EmbeddingStore>().LoadAsync(key, Ct))!;
            twins[key] = await AddAsync(
                core,
                $"twin-{n}",
                [.. like.Select((v, i) => i % 50 == n % 50 ? v * (Half)1.05f : v)]
            );
        }
        // One picture many times is one group.
        var crowd = new List<long>();
        var common = (await core.Get<EmbeddingStore>().LoadAsync(keys[7], Ct))!;
        for (var n = 0; n < 100; n++)
        {
            crowd.Add(
                await AddAsync(core, $"crowd-{n}", [.. common.Select((v, i) => i % 100 == n ? v * (Half)1.05f : v)])
            );
        }

        var compared = 0;

        var groups = await core.Get<DuplicateFinder>().NearlySameAsync(core.App.Id, n => compared = n, Ct);

        Assert.All(
            twins,
            twin => Assert.Single(groups, g => g.InputIds.Contains(twin.Key) && g.InputIds.Contains(twin.Value))
        );
        Assert.Equal([keys[7], .. crowd], groups[0].InputIds.Intersect([keys[7], .. crowd]));
        Assert.Equal(5150, compared);
        foreach (var group in groups.Take(20))
        {
            // Each is alike with one of the others: no group is made of guesses.
            var vectors = new List<float[]>();
            foreach (var key in group.InputIds)
            {
                vectors.Add(EmbeddingCoder.Singles((await core.Get<EmbeddingStore>().LoadAsync(key, Ct))!));
            }

            Assert.All(
                vectors,
                v =>
                    Assert.Contains(
                        vectors,
                        o => o != v && TensorPrimitives.CosineSimilarity<float>(v, o) >= DuplicateFinder.NearlySame
                    )
            );
        }
    }

    private static Half[] Draw(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (Half)Math.Pow(random.NextDouble(), 3))];

    private static async Task<List<long>> FillAsync(CoreHost core, int count)
    {
        var random = new Random(2);
        var dimensions = core.Get<EmbeddingStore>().Dimensions;
        var embedderId = await core.Get<EmbeddingStore>().EmbedderIdAsync(Ct);
        Half[][] centres = [.. Enumerable.Range(0, 60).Select(_ => Draw(random, dimensions))];
        Half[][] noise = [.. Enumerable.Range(0, 50).Select(_ => Draw(random, dimensions))];
        var keys = new List<long>();
        await using var db = core.Db();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            db.ChangeTracker.Clear();
            var inputs = chunk.Select(i => New(core, $"i{i}")).ToList();
            db.AddRange(inputs);
            await db.SaveChangesAsync(Ct);
            foreach (var input in inputs)
            {
                var (centre, own) = (centres[random.Next(60)], noise[random.Next(50)]);
                var share = (Half)(0.3 + random.NextDouble());
                db.Add(
                    new InputEmbedding
                    {
                        InputId = input.Id,
                        EmbedderId = embedderId,
                        Vector = EmbeddingStore.ToBytes([.. centre.Select((v, i) => v + share * own[i])]),
                    }
                );
            }
            await db.SaveChangesAsync(Ct);
            keys.AddRange(inputs.Select(i => i.Id));
        }
        return keys;
    }

    private static async Task<long> AddAsync(CoreHost core, string id, Half[]? vector)
    {
        await using var db = core.Db();
        var input = New(core, id);
        db.Add(input);
        await db.SaveChangesAsync(Ct);
        db.Add(
            new InputEmbedding
            {
                InputId = input.Id,
                EmbedderId = await core.Get<EmbeddingStore>().EmbedderIdAsync(Ct),
                Vector = EmbeddingStore.ToBytes(vector),
            }
        );
        await db.SaveChangesAsync(Ct);
        return input.Id;
    }

    private static Input New(CoreHost core, string id) =>
        new()
        {
            AppId = core.App.Id,
            ExternalId = id,
            FileName = $"{id.TrimStart('i')}.png",
            Status = StatusCode.InputSuccess,
            ContentHash = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id))
            ),
            MediaType = "image/png",
        };
}
