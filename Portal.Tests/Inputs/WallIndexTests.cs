using Portal.Core.Inputs;
using Portal.Features.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class WallIndexTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_place_has_the_key_that_reading_from_the_start_gives(bool oldestFirst)
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        for (var seed = 0; seed < 40; seed++) await core.AcceptAsync(seed);
        var filter = new InputFilter { OldestFirst = oldestFirst };
        var all = await core.Get<InputQueries>().KeysAsync(core.App.Id, filter, null, 0, 100, Ct);
        var index = await WallIndex.OpenAsync(core.Get<InputQueries>(), core.App.Id, filter, Ct);

        Assert.Equal(40, index.Count);
        // Forwards, a jump, back before every anchor, onto one, and over the end.
        foreach (var (from, count) in new[] { (0, 7), (7, 7), (31, 5), (3, 9), (12, 4), (36, 20), (40, 5) })
            Assert.Equal(all.Skip(from).Take(count), await index.KeysAsync(from, count, Ct));
    }

    [Fact]
    public async Task What_is_uploaded_later_does_not_push_what_is_looked_at()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        for (var seed = 0; seed < 6; seed++) await core.AcceptAsync(seed);
        var index = await WallIndex.OpenAsync(core.Get<InputQueries>(), core.App.Id, new InputFilter(), Ct);
        var before = await index.KeysAsync(2, 3, Ct);

        await core.AcceptAsync(6);
        await core.AcceptAsync(7);
        await index.CountAsync(Ct);

        Assert.Equal(before, await index.KeysAsync(2, 3, Ct));
        Assert.Equal((6, 2), (index.Count, index.NewCount));
        await index.RestartAsync(Ct);
        Assert.Equal((8, 0), (index.Count, index.NewCount));
        Assert.Equal(before, await index.KeysAsync(4, 3, Ct));
    }

    [Fact]
    public async Task Oldest_first_new_inputs_join_at_the_end()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await core.AcceptAsync(0);
        var index = await WallIndex.OpenAsync(core.Get<InputQueries>(), core.App.Id, new InputFilter { OldestFirst = true }, Ct);

        var late = await core.AcceptAsync(1);
        await index.CountAsync(Ct);

        Assert.Equal((2, 0), (index.Count, index.NewCount));
        Assert.Equal([late.Id], await index.KeysAsync(1, 5, Ct));
    }

    [Fact]
    public async Task An_empty_list_has_no_keys()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var index = await WallIndex.OpenAsync(core.Get<InputQueries>(), core.App.Id, new InputFilter(), Ct);

        Assert.Equal(0, index.Count);
        Assert.Empty(await index.KeysAsync(0, 10, Ct));
    }
}
