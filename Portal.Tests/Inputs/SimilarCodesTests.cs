using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Runs;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// Search by picture and find similar where there are enough inputs for codes, against comparing every vector.
/// </summary>
public sealed class SimilarCodesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public async Task Of_the_best_fifty_codes_find_ninety_five_in_a_hundred(int clusters)
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await SimilarData.FillAsync(core, 12_000, clusters);
        var similar = core.Get<SimilarInputs>();
        var all = new InputSet(keys);
        double found = 0;
        foreach (var key in keys.Where((_, i) => i % 1200 == 0))
        {
            var like = EmbeddingCoder.Singles((await core.Get<EmbeddingStore>().LoadAsync(key, Ct))!);
            var exact = await similar.RankAsync(keys, like, 50, Ct);
            var hits = await similar.FindAsync(core.App.Id, like, all, 50, Ct);
            found += hits.Select(h => h.InputId).Intersect(exact.Select(h => h.InputId)).Count();
            Assert.Equal(exact[0], hits[0]);
        }

        Assert.InRange(found / 500, 0.95, 1);
    }

    [Fact]
    public async Task Pages_respect_filters_and_deletions_and_fit_together_across_the_thousandth_place()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await SimilarData.FillAsync(core, 6000, 40);
        await core.Get<InputService>().DeleteAsync(core.App.Id, "i5", Ct);
        var similar = core.Get<SimilarInputs>();
        var like = EmbeddingCoder.Singles((await core.Get<EmbeddingStore>().LoadAsync(keys[5], Ct))!);
        var within = new InputSet(keys.Where((_, i) => i % 6 != 0));
        var expected = await similar.RankAsync([.. within.Ascending().Where(key => key != keys[5])], like, 2000, Ct);

        var paged = new List<SearchHit>();
        for (var skip = 0; skip < 1300; skip += 130)
        {
            var page = await similar.PageAsync(core.App.Id, like, within, skip, 130, Ct);
            Assert.Equal(130, page.Count);
            paged.AddRange(page);
        }

        Assert.Equal(paged.Count, paged.Select(h => h.InputId).Distinct().Count());
        Assert.DoesNotContain(keys[5], paged.Select(h => h.InputId));
        Assert.All(paged, hit => Assert.True(within.Contains(hit.InputId)));
        Assert.Equal(expected.Take(1300), paged);
    }

    [Fact]
    public async Task A_small_app_is_compared_vector_by_vector_and_has_no_codes()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await SimilarData.FillAsync(core, 30, 3);
        var like = EmbeddingCoder.Singles((await core.Get<EmbeddingStore>().LoadAsync(keys[3], Ct))!);

        var hits = await core.Get<SimilarInputs>().PageAsync(core.App.Id, like, null, 0, 100, Ct);

        Assert.Equal(await core.Get<SimilarInputs>().RankAsync(keys, like, 100, Ct), hits);
        Assert.Equal(keys[3], hits[0].InputId);
        Assert.Empty(await core.Get<SimilarInputs>().PageAsync(core.App.Id, like, null, 30, 10, Ct));
        await using var db = core.Db();
        Assert.False(await db.EmbeddingCodes.AnyAsync(Ct));
    }

    [Fact]
    public async Task The_worker_makes_the_centre_and_stores_each_code_with_its_embedding()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var keys = await SimilarData.FillAsync(core, EmbeddingStore.LeastCoded, 40);
        var dimensions = core.Get<EmbeddingStore>().Dimensions;
        var (won, lost) = (await core.AcceptAsync(1), await core.AcceptAsync(2));
        await using (var db = core.Db())
        {
            Assert.False(await db.EmbeddingCodes.AnyAsync(Ct));
            Assert.Equal(
                2,
                await db
                    .Inputs.Where(i => i.Id == won.Id || i.Id == lost.Id)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(i => i.Status, StatusCode.InputInProgress)
                                .SetProperty(i => i.ClaimToken, 7L),
                        Ct
                    )
            );
        }
        var vector = SimilarData.Draw(new Random(9), dimensions);

        await core.Get<InputQueue>().CommitAsync(new InputClaim(won, 7), vector, Ct);
        await core.Get<InputQueue>().CommitAsync(new InputClaim(lost, 8), vector, Ct);

        await using var after = core.Db();
        var coded = await after.EmbeddingCodes.Select(c => c.InputId).ToListAsync(Ct);
        Assert.Equal([.. keys, won.Id], coded.Order());
        Assert.Equal(coded.Order(), (await after.InputEmbeddings.Select(e => e.InputId).ToListAsync(Ct)).Order());
        Assert.NotNull((await after.Embedders.SingleAsync(Ct)).CodeCentre);
        var code = (await after.EmbeddingCodes.SingleAsync(c => c.InputId == won.Id, Ct)).Code;
        Assert.Equal((await core.Get<EmbeddingStore>().CoderAsync(Ct))!.Encode(vector), code);
    }

    [Fact]
    public void Ranges_hold_every_key_and_no_wide_gap()
    {
        long[] keys = [3, 4, 200, 1000, 1_000_000, .. Enumerable.Range(2_000_000, 20_000).Select(i => (long)i)];

        (long, long)[] expected =
        [
            (3, 200),
            (1000, 1000),
            (1_000_000, 1_000_000),
            (2_000_000, 2_016_383),
            (2_016_384, 2_019_999),
        ];
        Assert.Equal(expected, KeyRanges.Of(new InputSet(keys)));
        Assert.Empty(KeyRanges.Of(new InputSet()));
    }
}
