using Bunit;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Models;
using Portal.Features.Evaluation;
using Portal.Features.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

public sealed class EvaluationPageTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await PageHost.StartAsync();
        foreach (var id in new[] { "red", "blue" })
        {
            await _host.Core.ConceptAsync(id);
        }

        await _host
            .Core.Get<ModelService>()
            .CreateAsync(
                _host.Core.App.Id,
                _host.Core.User.Id,
                "model",
                "Colours",
                null,
                new OutputDraft([new DraftConcept("red"), new DraftConcept("blue")], []),
                default
            );
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task It_shows_the_figures_and_suggests_what_the_labels_allow()
    {
        await EvaluationModels.UploadAsync(_host.Core, 10);
        var (version, _) = await EvaluationModels.EvaluatedAsync(_host.Core);

        var page = Render(version);

        var rows = page.FindAll("[aria-label='Figures of each concept'] tbody tr");
        Assert.Equal(["red", "blue"], rows.Select(r => r.QuerySelector("a")!.TextContent.Trim()));
        Assert.Equal(["10", "10"], rows[0].QuerySelectorAll("td.number").Take(2).Select(c => c.TextContent));
        Assert.Equal("10", page.Find("[aria-label='Confusion matrix'] td.right a").TextContent);

        page.FindAll("button").Single(b => b.TextContent == "Suggest thresholds").Click();
        page.WaitForAssertion(
            () => Assert.Equal(2, page.FindAll("[aria-label='Suggested thresholds'] .route span.success").Count),
            TimeSpan.FromSeconds(20)
        );
        Assert.Contains(
            "more inputs labelled in random order",
            page.Find("[aria-label='Suggested thresholds']").TextContent,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("guarantee", page.FindAll(".basis").Select(b => b.TextContent));

        page.Find("select[aria-label='Errors allowed']").Change("0.2");
        page.Find("select[aria-label=Confidence]").Change("0.8");
        page.WaitForAssertion(
            () => Assert.Contains("guarantee", page.FindAll(".basis").Select(b => b.TextContent)),
            TimeSpan.FromSeconds(20)
        );
    }

    [Fact]
    public async Task Calibrating_makes_a_version_of_its_own_that_is_evaluated_at_once_and_again_alike()
    {
        await EvaluationModels.UploadAsync(_host.Core, 10);
        var (version, before) = await EvaluationModels.EvaluatedAsync(_host.Core);
        Assert.True(CalibrationService.Try(version, before.Scores!).Helps);
        var page = Render(version);

        page.WaitForAssertion(
            () => Assert.Contains("Make a calibrated version", page.Markup, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        page.FindAll("button").Single(b => b.TextContent == "Make a calibrated version").Click();

        var model = await Wait.ForAsync(
            () => _host.Core.Get<ModelService>().GetAsync(_host.Core.App.Id, "model", default),
            m => m.Versions.Count == 2
        );
        var evaluations = _host.Core.Get<EvaluationService>();
        var after = await evaluations.FindAsync(model.Latest!.Id, default);
        Assert.Equal(1, model.Latest.Summary!.CalibratedFrom);
        Assert.NotEqual(before.Scores!.Scores, after!.Scores!.Scores);
        Assert.Equal(before.Scores!.Scores, (await evaluations.FindAsync(version.Id, default))!.Scores!.Scores);
        await evaluations.StartAsync(_host.Core.App.Id, _host.Core.User.Id, model, model.Latest, default);
        var again = await Wait.ForAsync(
            () => evaluations.FindAsync(model.Latest.Id, default),
            e => e is { IsUnderWay: false }
        );
        Assert.Equal(after.Scores.Scores, again!.Scores!.Scores);
    }

    [Fact]
    public async Task What_is_missing_is_said_with_a_way_to_go_on()
    {
        await EvaluationModels.UploadAsync(_host.Core, 3);
        var (version, _) = await EvaluationModels.EvaluatedAsync(_host.Core);

        var page = Render(version);

        Assert.Contains("Missing: red, blue.", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("/label", page.Find(".empty a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thresholder_in_the_making_takes_suggested_thresholds_in_full_precision()
    {
        await EvaluationModels.UploadAsync(_host.Core, 12);
        var (version, _) = await EvaluationModels.EvaluatedAsync(_host.Core);
        var target = new GuaranteeTarget(0.2, 0.8);
        var suggested = await _host
            .Core.Get<SuggestionService>()
            .SuggestAsync(_host.Core.App.Id, version.Id, target, default);
        var page = _host.Context.Render<ModelBuilderPage>();
        page.FindAll("input[name=type]")
            .Single(i => i.ParentElement!.TextContent.Contains("Concept Thresholder", StringComparison.Ordinal))
            .Change(true);
        page.Find("#model-name").Change("Sure");
        page.Find("select[aria-label='Errors allowed']").Change("0.2");
        page.Find("select[aria-label=Confidence]").Change("0.8");

        page.FindAll("button").Single(b => b.TextContent == "Suggest thresholds").Click();
        page.WaitForAssertion(
            () => Assert.Contains("2 guaranteed", page.Find("[role=status]").TextContent, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );
        page.FindAll("button").Single(b => b.TextContent.StartsWith("Make", StringComparison.Ordinal)).Click();

        var made = await Wait.ForAsync(
            async () =>
                (await _host.Core.Get<ModelService>().ListAsync(_host.Core.App.Id, default)).SingleOrDefault(m =>
                    m.Model.Name == "Sure"
                ),
            m => m is not null
        );
        Assert.Equal(suggested.Concepts.Select(c => (double?)c.High), made!.Output.Concepts.Select(c => c.Value));
    }

    private IRenderedComponent<EvaluationPage> Render(ModelVersionView version)
    {
        var page = _host.Context.Render<EvaluationPage>(p =>
            p.Add(e => e.ModelId, "model").Add(e => e.VersionId, version.ExternalId)
        );
        page.WaitForState(
            () => page.FindAll("h1").Any(h => h.TextContent.StartsWith("How good", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20)
        );
        return page;
    }
}
