using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;

namespace Portal.Tests.Inputs;

public sealed class InputListTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sets_do_what_sorted_sets_do(int seed)
    {
        var random = new Random(seed);
        var (a, b) = (Some(random), Some(random));
        var (union, common, rest) = (new InputSet(a), new InputSet(a), new InputSet(a));
        union.UnionWith(new InputSet(b));
        common.IntersectWith(new InputSet(b));
        rest.ExceptWith(new InputSet(b));

        Assert.Equal(a.Union(b).Order(), union.Ascending());
        Assert.Equal(a.Intersect(b).Order(), common.Ascending());
        Assert.Equal(a.Except(b).Order(), rest.Ascending());
        Assert.Equal(a.Intersect(b).Count(), new InputSet(a).CountCommon(new InputSet(b)));
        Assert.Equal((a.Count, a.Count == 0), (new InputSet(a).Count, new InputSet(a).IsEmpty));
        Assert.Equal(union.Ascending(), InputSet.Parse(union.ToString()).Ascending());
        foreach (var key in a)
        {
            union.Remove(key);
        }

        Assert.Equal(b.Except(a).Order(), union.Ascending());
    }

    [Fact]
    public void Runs_of_keys_are_written_short() =>
        Assert.Equal("3,8-12,5000", new InputSet([12, 9, 8, 3, 10, 11, 5000]).ToString());

    [Theory]
    [InlineData(InputOrder.Newest)]
    [InlineData(InputOrder.Oldest)]
    public void Any_place_and_any_neighbour_is_that_of_the_sorted_keys(InputOrder order)
    {
        var keys = Some(new Random(4));
        var sorted = (order == InputOrder.Oldest ? keys.Order() : keys.OrderDescending()).ToList();
        var list = new InputList(new InputSet(keys), order == InputOrder.Oldest);

        Assert.Equal(sorted.Count, list.Count);
        foreach (
            var (from, count) in new[]
            {
                (0, 1),
                (0, 7),
                (31, 500),
                (sorted.Count - 3, 9),
                (sorted.Count, 4),
                (sorted.Count / 2, 1),
                (0, sorted.Count),
            }
        )
        {
            Assert.Equal(sorted.Skip(from).Take(count), list.Keys(from, count));
        }

        foreach (var place in new[] { 0, 1, sorted.Count / 3, sorted.Count - 1 })
        {
            Assert.Equal(place, list.PlaceOf(sorted[place]));
            Assert.Equal(
                (
                    place == 0 ? null : (long?)sorted[place - 1],
                    place == sorted.Count - 1 ? null : (long?)sorted[place + 1]
                ),
                list.Neighbours(sorted[place])
            );
        }
        var missing = Enumerable.Range(100, 900_000).First(key => !keys.Contains(key));
        Assert.Null(list.PlaceOf(missing));
        Assert.Equal(
            (
                order == InputOrder.Oldest ? keys.Where(k => k < missing).Max() : keys.Where(k => k > missing).Min(),
                order == InputOrder.Oldest ? keys.Where(k => k > missing).Min() : keys.Where(k => k < missing).Max()
            ),
            list.Neighbours(missing)
        );
    }

    // Some close together, some far apart, with pages in between that hold none.
    private static HashSet<long> Some(Random random) =>
        [
            .. Enumerable.Range(0, 400).Select(_ => (long)random.Next(1, 1000)),
            .. Enumerable.Range(0, 300).Select(_ => (long)random.Next(100_000, 1_000_000)),
        ];
}
