using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Features.Explorer;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class WallIndexTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_uploaded_later_does_not_push_what_is_looked_at()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        for (var seed = 0; seed < 6; seed++)
        {
            await core.AcceptAsync(seed);
        }

        var wall = await OpenAsync(core, new InputFilter());
        var before = wall.Keys(2, 3);

        await core.AcceptAsync(6);
        await core.AcceptAsync(7);
        await wall.ReadAsync(Ct);

        Assert.Equal(before, wall.Keys(2, 3));
        Assert.Equal((6, 2), (wall.Count, wall.NewCount));
        await wall.RestartAsync(Ct);
        Assert.Equal((8, 0), (wall.Count, wall.NewCount));
        Assert.Equal(before, wall.Keys(4, 3));
    }

    [Fact]
    public async Task Oldest_first_new_inputs_join_at_the_end()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await core.AcceptAsync(0);
        var wall = await OpenAsync(core, new InputFilter { Order = InputOrder.Oldest });

        var late = await core.AcceptAsync(1);
        await wall.ReadAsync(Ct);

        Assert.Equal((2, 0), (wall.Count, wall.NewCount));
        Assert.Equal([late.Id], wall.Keys(1, 5));
    }

    [Fact]
    public async Task A_wall_that_begins_empty_takes_what_comes()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var wall = await OpenAsync(core, new InputFilter());

        var first = await core.AcceptAsync(1);
        await wall.ReadAsync(Ct);

        Assert.Equal([first.Id], wall.Keys(0, 5));
    }

    [Fact]
    public async Task An_input_that_leaves_closes_the_gap()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        var inputs = new List<Input>();
        for (var seed = 0; seed < 5; seed++)
        {
            inputs.Add(await core.AcceptAsync(seed));
        }

        var wall = await OpenAsync(core, new InputFilter());

        await core.Get<InputService>().DeleteAsync(core.App.Id, inputs[2].ExternalId, Ct);
        await wall.ReadAsync(Ct);

        Assert.Equal([inputs[4].Id, inputs[3].Id, inputs[1].Id, inputs[0].Id], wall.Keys(0, 10));
    }

    [Theory]
    [InlineData(InputOrder.Newest, 2, new[] { 2, 1, 0 })]
    [InlineData(InputOrder.Oldest, 2, new[] { 2, 3, 4, 5 })]
    [InlineData(InputOrder.Newest, 9, new[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(InputOrder.Newest, -1, new int[0])]
    public async Task A_day_is_where_the_wall_begins(InputOrder order, int day, int[] expected)
    {
        var clock = new AdjustableClock();
        await using var core = await CoreHost.StartAsync(
            workers: false,
            services: s => s.AddSingleton<TimeProvider>(clock)
        );
        var inputs = new List<Input>();
        for (var seed = 0; seed < 6; seed++)
        {
            inputs.Add(await core.AcceptAsync(seed));
            clock.Advance(TimeSpan.FromDays(1));
        }

        var at = DateOnly.FromDateTime(inputs[0].CreatedAt).AddDays(day);
        var wall = await WallIndex.OpenAsync(
            core.Get<InputQueries>(),
            core.App.Id,
            new InputFilter { Order = order },
            at,
            Ct
        );

        Assert.Equal(expected.Select(i => inputs[i].Id), wall.Keys(0, 10));
    }

    private static Task<WallIndex> OpenAsync(CoreHost core, InputFilter filter) =>
        WallIndex.OpenAsync(core.Get<InputQueries>(), core.App.Id, filter, null, Ct);
}
