using System.Globalization;
using Bunit;
using Portal.Core.Concepts;
using Portal.Core.Inputs;
using Portal.Features.Inputs;

namespace Portal.Tests.Inputs;

public sealed class FacetTests : BunitContext
{
    private static readonly Concept[] Concepts =
    [
        new() { Id = 1, ExternalId = "walker", Name = "walker", Color = "#4c6ef5" },
        new() { Id = 2, ExternalId = "runner", Name = "<b>runner</b>", Color = "#e8590c" },
    ];

    public FacetTests() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en");

    [Fact]
    public void Concepts_and_statuses_stand_with_their_counts()
    {
        var panel = Show(ExplorerQuery.Everything with { Concepts = ["runner"] });

        var facets = panel.FindAll(".facet");
        Assert.Equal(["✓1,318\u2002✗40", "✓0\u2002✗0", "861", "143", "58", "222", "3"], facets.Select(f => f.QuerySelector(".count")!.TextContent));
        Assert.Equal([false, true], facets.Take(2).Select(f => f.QuerySelector("input")!.HasAttribute("checked")));
        Assert.Equal("<b>runner</b>", facets[1].QuerySelector(".ellipsis")!.TextContent);
    }

    [Fact]
    public void Choosing_adds_to_what_is_chosen()
    {
        ExplorerQuery? asked = null;
        var panel = Show(ExplorerQuery.Everything with { Concepts = ["runner"] }, query => asked = query);

        panel.FindAll("input")[0].Change(true);
        Assert.Equal(["runner", "walker"], asked!.Concepts);
        panel.FindAll("input")[3].Change(true);
        Assert.Equal([StatusFacet.Pending], asked!.Statuses);
    }

    [Fact]
    public void An_app_without_concepts_says_what_they_are_for()
    {
        var panel = Render<FacetPanel>(p => p.Add(f => f.Query, ExplorerQuery.Everything).Add(f => f.ConceptsHref, "/apps/owner/park/concepts"));

        Assert.Equal("/apps/owner/park/concepts", panel.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void A_chip_names_its_filter_and_takes_it_away()
    {
        ExplorerQuery? asked = null;
        var query = ExplorerQuery.Everything with { Concepts = ["runner", "gone"], Statuses = [StatusFacet.Pending], Text = "<i>north" };
        var chips = Render<FilterChips>(p => p.Add(c => c.Query, query).Add(c => c.Concepts, Concepts).Add(c => c.QueryChanged, q => asked = q));

        Assert.Equal(["“<i>north”", "<b>runner</b> or gone", "pending"], chips.FindAll(".chip").Select(c => c.TextContent.Trim()));
        chips.Find("[aria-label='Remove the concepts']").Click();

        Assert.Empty(asked!.Concepts);
        Assert.Equal("<i>north", asked.Text);
    }

    private IRenderedComponent<FacetPanel> Show(ExplorerQuery query, Action<ExplorerQuery>? changed = null) => Render<FacetPanel>(p => p
        .Add(f => f.Query, query).Add(f => f.QueryChanged, changed ?? (_ => { })).Add(f => f.Concepts, Concepts)
        .Add(f => f.Counts, new Dictionary<long, ConceptCounts> { [1] = new(1, 1318, 40, 7) })
        .Add(f => f.Statuses, new StatusFacets(861, 143, 58, 222, 3)));
}
