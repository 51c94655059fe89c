using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;

namespace Portal.Tests.Inputs;

public sealed class ExplorerQueryTests
{
    private static readonly Concept[] Concepts =
    [
        new()
        {
            Id = 4,
            ExternalId = "runner",
            Name = "Runner",
            Color = "#e8590c",
        },
        new()
        {
            Id = 9,
            ExternalId = "a&b",
            Name = "A & B",
            Color = "#0ca678",
        },
    ];

    private static readonly FilterNames Names = new(
        Concepts,
        new Dictionary<long, string> { [5] = "Anna" },
        new Dictionary<long, string> { [8] = "auto" },
        []
    );

    [Fact]
    public void A_copied_address_shows_the_same_set()
    {
        var query = new ExplorerQuery
        {
            Concepts = ["runner", "a&b"],
            Statuses = [StatusFacet.Success, StatusFacet.Pending],
            Text = "north & 50% + ünï",
            Match = ConceptMatch.All,
            Without = ["c:d"],
            Origins = ["people", "import", "workflow:auto"],
            WrittenAs = ["anna"],
            Reviewers = ["bob"],
            MinScore = 0.25,
            MaxScore = 0.75,
            From = new DateOnly(2026, 5, 1),
            To = new DateOnly(2026, 5, 31),
            FileName = "img & <b>",
            Metadata = ["camera: one", "place"],
            Order = InputOrder.HighestScore,
            At = new DateOnly(2026, 5, 9),
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
        Assert.Equivalent(new InputFilter { FileName = "", Text = "" }, query.ToFilter(Names));
    }

    [Theory]
    [InlineData("?status=nonsense&size=xxl&order=sideways&status=")]
    [InlineData("?concept=&q=%20")]
    [InlineData("?min=2&max=NaN&from=yesterday&at=2026-13-01&origin=nobody&match=some&order=highest")]
    public void Words_that_mean_nothing_are_left_out(string query) =>
        Assert.Equal("", ExplorerQuery.Parse("http://localhost/explorer" + query).ToString());

    [Fact]
    public void Concepts_and_statuses_become_keys_and_codes()
    {
        var filter = ExplorerQuery
            .Parse("http://localhost/explorer?concept=runner&status=pending&status=rejected")
            .ToFilter(Names);

        Assert.Equal([4L], filter.ConceptIds);
        Assert.Equal(
            [
                StatusCode.AnnotationPending,
                StatusCode.AnnotationAwaitingReview,
                StatusCode.AnnotationAwaitingConsensusReview,
                StatusCode.AnnotationReviewDenied,
            ],
            filter.Statuses
        );
    }

    [Fact]
    public void Names_become_keys_and_days_the_times_they_begin_and_end()
    {
        var filter = ExplorerQuery
            .Parse(
                "http://localhost/explorer?origin=workflow:auto&origin=people&by=anna&reviewer=gone&from=2026-05-01&to=2026-05-31&meta=a:b:c&meta=d"
            )
            .ToFilter(Names);

        Assert.Equal(
            [new TagOrigin(AnnotationOrigin.Workflow, 8), new TagOrigin(AnnotationOrigin.Human)],
            filter.Origins
        );
        Assert.Equal([5L], filter.WrittenAsIds);
        Assert.Equal([0L], filter.ReviewerIds);
        Assert.Equal(
            (new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc)),
            (filter.From, filter.Before)
        );
        Assert.Equal([new MetadataFilter("a", "b:c"), new MetadataFilter("d", null)], filter.Metadata);
    }

    [Fact]
    public void A_concept_that_is_gone_matches_nothing_rather_than_everything() =>
        Assert.DoesNotContain(
            new ExplorerQuery { Concepts = ["gone"] }
                .ToFilter(Names)
                .ConceptIds,
            id => Concepts.Any(c => c.Id == id)
        );

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
        Assert.False(query.ShowsSameInputs(query with { Order = InputOrder.Oldest }));
    }
}
