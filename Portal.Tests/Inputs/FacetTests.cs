using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;
using Portal.Shared.Identity;
using Portal.Shared.Pages;

namespace Portal.Tests.Inputs;

public sealed class FacetTests : BunitContext
{
    private static readonly Concept[] Concepts =
    [
        new()
        {
            Id = 1,
            ExternalId = "walker",
            Name = "walker",
            Color = "#4c6ef5",
        },
        new()
        {
            Id = 2,
            ExternalId = "runner",
            Name = "<b>runner</b>",
            Color = "#e8590c",
        },
    ];

    public FacetTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en");
        var scope = new AppScope(
            new App
            {
                Id = 1,
                ExternalId = "park",
                Name = "park",
            },
            "owner",
            new CurrentUser(1, "owner"),
            Role.Owner,
            null!
        );
        RenderTree.Add<CascadingValue<AppScope>>(parameters => parameters.Add(c => c.Value, scope));
    }

    private static readonly FilterNames Names = new(
        Concepts,
        new Dictionary<long, string> { [5] = "anna" },
        new Dictionary<long, string> { [8] = "auto" },
        []
    );

    [Fact]
    public void Everything_one_can_filter_by_stands_with_its_count()
    {
        var panel = Show(ExplorerQuery.Everything with { Concepts = ["runner"] });

        var facets = panel.FindAll(".facet");
        Assert.Equal(
            ["1,318", "0", "861", "143", "58", "12", "9", "900", "222", "3", "70", "800", "75"],
            facets.Select(f => f.QuerySelector(".count")!.TextContent)
        );
        Assert.Equal(
            ["People", "auto", "anna"],
            facets.Skip(10).Select(f => f.QuerySelector(".ellipsis")!.TextContent)
        );
        Assert.Equal([false, true], facets.Take(2).Select(f => f.QuerySelector("input")!.HasAttribute("checked")));
        Assert.Equal("<b>runner</b>", facets[1].QuerySelector(".ellipsis")!.TextContent);
    }

    [Fact]
    public void Choosing_adds_to_what_is_chosen()
    {
        ExplorerQuery? asked = null;
        var panel = Show(ExplorerQuery.Everything with { Concepts = ["runner"] }, query => asked = query);

        panel.FindAll(".facet input")[0].Change(true);
        Assert.Equal(["runner", "walker"], asked!.Concepts);
        panel.FindAll(".facet input")[3].Change(true);
        Assert.Equal([StatusFacet.Pending], asked!.Statuses);
        panel.FindAll(".facet input")[11].Change(true);
        Assert.Equal(["workflow:auto"], asked!.Origins);
        panel.Find("[aria-label='Without <b>runner</b>']").Click();
        Assert.Equal((0, "runner"), (asked!.Concepts.Count, asked.Without.Single()));
    }

    [Fact]
    public void Scores_days_names_and_metadata_are_written()
    {
        ExplorerQuery? asked = null;
        var panel = Show(ExplorerQuery.Everything, query => asked = query);

        panel.Find("[aria-label='Least score']").Change("0.8");
        Assert.Equal(0.8, asked!.MinScore);
        panel.FindAll("input[type=date]")[1].Change("2026-05-31");
        Assert.Equal(new DateOnly(2026, 5, 31), asked!.To);
        panel.Find("[aria-label='File name']").Change(" img_ ");
        Assert.Equal("img_", asked!.FileName);
        panel.Find("[aria-label='Metadata']").Change("camera: one");
        Assert.Equal(["camera: one"], asked!.Metadata);
    }

    [Fact]
    public void A_saved_filter_is_shown_kept_and_deleted()
    {
        ExplorerQuery? asked = null;
        var (saved, deleted) = ("", "");
        var filter = new SavedFilter { Name = "<i>mine</i>", Query = "?concept=walker" };
        var panel = Render<SavedFilterList>(p =>
            p.Add(f => f.Query, new ExplorerQuery { Text = "park" })
                .Add(f => f.Saved, [filter])
                .Add(f => f.OnShow, q => asked = q)
                .Add(f => f.OnSave, name => saved = name)
                .Add(f => f.OnDelete, f => deleted = f.Name)
        );

        Assert.Equal("<i>mine</i>", panel.Find(".saved").TextContent);
        panel.Find(".saved").Click();
        Assert.Equal(["walker"], asked!.Concepts);
        panel.Find(".btn.link").Click();
        panel.Find(".input").Input("Park");
        panel.Find("form").Submit();
        panel.Find(".line .icon").Click();
        Assert.Equal(("Park", "<i>mine</i>"), (saved, deleted));
    }

    [Fact]
    public void An_app_without_concepts_says_what_they_are_for()
    {
        var panel = Render<FacetPanel>(p =>
            p.Add(f => f.Query, ExplorerQuery.Everything).Add(f => f.ConceptsHref, "/apps/owner/park/concepts")
        );

        Assert.Equal("/apps/owner/park/concepts", panel.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void A_chip_names_its_filter_and_takes_it_away()
    {
        ExplorerQuery? asked = null;
        var query = ExplorerQuery.Everything with
        {
            Concepts = ["runner", "gone"],
            Statuses = [StatusFacet.Pending],
            Text = "<i>north",
            MinScore = 0.8,
        };
        var chips = Render<FilterChips>(p =>
            p.Add(c => c.Query, query).Add(c => c.Names, Names).Add(c => c.QueryChanged, q => asked = q)
        );

        Assert.Equal(
            ["“<i>north”", "<b>runner</b> or gone", "pending", "score 0.80–1.00"],
            chips.FindAll(".chip").Select(c => c.TextContent.Trim())
        );
        chips.Find("[aria-label='Remove the concepts']").Click();

        Assert.Empty(asked!.Concepts);
        Assert.Equal("<i>north", asked.Text);
    }

    private IRenderedComponent<FacetPanel> Show(ExplorerQuery query, Action<ExplorerQuery>? changed = null) =>
        Render<FacetPanel>(p =>
            p.Add(f => f.Query, query)
                .Add(f => f.QueryChanged, changed ?? (_ => { }))
                .Add(f => f.Names, Names)
                .Add(
                    f => f.Facets,
                    new InputFacets(
                        new Dictionary<long, int> { [1] = 1318 },
                        861,
                        143,
                        58,
                        12,
                        9,
                        900,
                        222,
                        3,
                        new Dictionary<TagOrigin, int>
                        {
                            [new(AnnotationOrigin.Human)] = 70,
                            [new(AnnotationOrigin.Workflow, 8)] = 800,
                        },
                        new Dictionary<long, int> { [5] = 75 },
                        new Dictionary<long, int>()
                    )
                )
        );
}
