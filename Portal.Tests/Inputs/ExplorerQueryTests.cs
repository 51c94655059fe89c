using Portal.Core.Concepts;
using Portal.Core.Errors;
using Portal.Features.Inputs;

namespace Portal.Tests.Inputs;

public sealed class ExplorerQueryTests
{
    private static readonly Concept[] Concepts =
        [new() { Id = 4, ExternalId = "runner", Name = "Runner", Color = "#e8590c" }, new() { Id = 9, ExternalId = "a&b", Name = "A & B", Color = "#0ca678" }];

    [Fact]
    public void A_copied_address_shows_the_same_set()
    {
        var query = new ExplorerQuery
        {
            Concepts = ["runner", "a&b"],
            Statuses = [StatusFacet.Success, StatusFacet.Pending],
            Text = "north & 50% + ünï",
            OldestFirst = true,
            Size = TileSize.L,
        };

        var copy = ExplorerQuery.Parse("http://localhost/apps/owner/park/explorer" + query);

        Assert.Equivalent(query, copy, strict: true);
        Assert.Equal(query.ToString(), copy.ToString());
    }

    [Fact]
    public void An_address_without_a_query_shows_everything_newest_first()
    {
        var query = ExplorerQuery.Parse("http://localhost/apps/owner/park/explorer");

        Assert.False(query.IsFiltered);
        Assert.Equal("", query.ToString());
        Assert.True(query.ToFilter(Concepts).IsEmpty);
    }

    [Theory]
    [InlineData("?status=nonsense&size=xxl&order=sideways&status=")]
    [InlineData("?concept=&q=%20")]
    public void Words_that_mean_nothing_are_left_out(string query) =>
        Assert.Equal("", ExplorerQuery.Parse("http://localhost/explorer" + query).ToString());

    [Fact]
    public void Concepts_and_statuses_become_keys_and_codes()
    {
        var filter = ExplorerQuery.Parse("http://localhost/explorer?concept=runner&status=pending&status=rejected").ToFilter(Concepts);

        Assert.Equal([4L], filter.ConceptIds);
        Assert.Equal(
            [StatusCode.AnnotationPending, StatusCode.AnnotationAwaitingReview, StatusCode.AnnotationAwaitingConsensusReview, StatusCode.AnnotationReviewDenied], filter.Statuses);
    }

    [Fact]
    public void A_concept_that_is_gone_matches_nothing_rather_than_everything() =>
        Assert.DoesNotContain(new ExplorerQuery { Concepts = ["gone"] }.ToFilter(Concepts).ConceptIds, id => Concepts.Any(c => c.Id == id));

    [Fact]
    public void Unlabelled_stands_alone_and_gives_way_to_a_status_of_a_tag()
    {
        var tagged = ExplorerQuery.Everything.ToggleStatus(StatusFacet.Success).ToggleStatus(StatusFacet.Pending);
        var unlabelled = tagged.ToggleStatus(StatusFacet.Unlabelled);

        Assert.Equal([StatusFacet.Success, StatusFacet.Pending], tagged.Statuses);
        Assert.Equal([StatusFacet.Unlabelled], unlabelled.Statuses);
        Assert.Equal([StatusFacet.Pending], unlabelled.ToggleStatus(StatusFacet.Pending).Statuses);
        Assert.Empty(unlabelled.ToggleStatus(StatusFacet.Unlabelled).Statuses);
    }

    [Fact]
    public void The_tile_size_does_not_change_what_is_shown()
    {
        var query = new ExplorerQuery { Text = "north" };

        Assert.True(query.ShowsSameInputs(query with { Size = TileSize.S }));
        Assert.False(query.ShowsSameInputs(query with { OldestFirst = true }));
    }
}
