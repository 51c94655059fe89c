using System.Globalization;
using Bunit;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;

namespace Portal.Tests.Inputs;

public sealed class TileTests : BunitContext
{
    private const string Hostile = "<img src=x onerror=alert(1)>\"&";

    public TileTests() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en");

    [Fact]
    public void A_badge_counts_each_present_concept_once_and_says_that_all_is_settled()
    {
        var tile = Show(
            StatusCode.InputSuccess,
            Tag(1, score: 0.97),
            Tag(1, origin: "owner"),
            Tag(2),
            Tag(3, value: false),
            Tag(4, StatusCode.AnnotationReviewDenied)
        );

        Assert.Equal("2", tile.Find(".badge > span").TextContent);
        Assert.Equal("Success", tile.Find(".badge [role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void One_waiting_tag_turns_the_badge_to_pending() =>
        Assert.Equal(
            "Pending",
            Show(StatusCode.InputSuccess, Tag(1), Tag(2, StatusCode.AnnotationAwaitingReview))
                .Find(".badge [role=img]")
                .GetAttribute("aria-label")
        );

    [Fact]
    public void The_overlay_says_status_concept_score_and_who_said_it()
    {
        var overlay = Show(
                StatusCode.InputSuccess,
                Tag(2, StatusCode.AnnotationPending, score: 0.584, name: "runner"),
                Tag(1, score: 0.97, name: "bike_rider"),
                Tag(3, value: false, origin: "anna", name: "walker")
            )
            .Find(".overlay");

        Assert.Equal(
            ["bike_rider", "runner", "walker"],
            overlay.QuerySelectorAll(".tag > .ellipsis").Select(n => n.TextContent)
        );
        Assert.Equal(
            ["Success", "Pending", "Not there"],
            overlay.QuerySelectorAll("[role=img]").Select(n => n.GetAttribute("aria-label"))
        );
        Assert.Equal(["0.97", "0.58"], overlay.QuerySelectorAll(".value").Select(n => n.TextContent));
        Assert.Equal(["auto-annotate v3", "anna"], overlay.QuerySelectorAll(".origin").Select(n => n.TextContent));
    }

    [Fact]
    public void More_tags_than_fit_are_counted()
    {
        var tile = Show(StatusCode.InputSuccess, [.. Enumerable.Range(1, 9).Select(i => Tag(i))]);

        Assert.Equal(6, tile.FindAll(".tag").Count);
        Assert.Equal("and 3 more", tile.FindAll(".origin")[^1].TextContent);
    }

    [Fact]
    public void An_input_at_work_shows_that_it_runs() =>
        Assert.Equal(
            "Processing",
            Show(StatusCode.InputInProgress).Find(".badge [role=img]").GetAttribute("aria-label")
        );

    [Fact]
    public void A_failed_input_says_why()
    {
        var tile = Show(StatusCode.InputFailed);

        Assert.Equal("Failed", tile.Find(".fault [role=img]").GetAttribute("aria-label"));
        Assert.Equal("The picture is truncated.", tile.Find(".reason").TextContent);
        Assert.Empty(tile.FindAll(".badge"));
    }

    [Fact]
    public void An_input_without_tags_shows_its_picture_alone()
    {
        var tile = Show(StatusCode.InputSuccess);

        Assert.Empty(tile.FindAll(".badge, .overlay"));
        Assert.Equal("lazy", tile.Find("img").GetAttribute("loading"));
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var tile = Show(StatusCode.InputSuccess, Tag(1, name: Hostile, origin: Hostile));

        Assert.Equal(Hostile, tile.Find(".tag > .ellipsis").TextContent);
        Assert.Equal(Hostile, tile.Find("img").GetAttribute("alt"));
        Assert.Single(tile.FindAll("img"));
    }

    private IRenderedComponent<TileView> Show(StatusCode status, params TileTag[] tags) =>
        Render<TileView>(p =>
            p.Add(t => t.Href, "/apps/owner/park/inputs/one")
                .Add(t => t.Picture, "/media/owner/park/one/thumb?v=0123456789ab")
                .Add(
                    t => t.Tile,
                    new InputTile(
                        1,
                        "one",
                        status,
                        status == StatusCode.InputFailed ? "The picture is truncated." : null,
                        Hostile,
                        new string('0', 64),
                        400,
                        300,
                        tags
                    )
                )
        );

    private static TileTag Tag(
        long conceptId,
        StatusCode status = StatusCode.AnnotationSuccess,
        bool value = true,
        double? score = null,
        string origin = "auto-annotate v3",
        string name = "runner"
    ) => new(conceptId, name, "#4c6ef5", value, status, score, origin);
}
