using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Features.Review;
using Portal.Shared.Layout;
using Portal.Tests.Support;

namespace Portal.Tests.Review;

public sealed class WorkspacePageTests
{
    [Fact]
    public async Task Review_says_when_nothing_waits()
    {
        await using var host = await PageHost.StartAsync();

        var page = host.Context.Render<ReviewPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing waits for review", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".workspace"));
    }

    [Fact]
    public async Task Review_opens_the_desk_and_keeps_it_when_the_last_is_settled()
    {
        await using var host = await PageHost.StartAsync();
        var concept = await host.Core.ConceptAsync("runner");
        var input = await host.Core.AcceptAsync(1);
        await host
            .Core.Get<AnnotationService>()
            .WriteAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                [new NewAnnotation(input.Id, concept.Id, true, StatusCode.AnnotationPending)],
                default
            );
        var page = host.Context.Render<ReviewPage>();
        page.WaitForAssertion(() => Assert.Equal("runner (1)", page.FindAll("option")[1].TextContent));

        await host
            .Core.Get<DecisionService>()
            .DecideAsync(host.Core.App.Id, host.Core.User.Id, [new NewDecision(input.Id, concept.Id, true)], default);

        page.WaitForAssertion(
            () => Assert.Equal("runner (0)", page.FindAll("option")[1].TextContent),
            TimeSpan.FromSeconds(30)
        );
        Assert.Single(page.FindAll(".workspace"));
    }

    [Fact]
    public async Task Label_asks_first_for_images_then_for_concepts()
    {
        await using var host = await PageHost.StartAsync();
        var empty = host.Context.Render<LabelPage>();
        empty.WaitForAssertion(() => Assert.Contains("Upload images first", empty.Markup, StringComparison.Ordinal));

        await host.Core.AcceptAsync(1);
        var unnamed = host.Context.Render<LabelPage>();
        unnamed.WaitForAssertion(() =>
            Assert.Contains("Create the first ones", unnamed.Markup, StringComparison.Ordinal)
        );

        await host.Core.ConceptAsync("runner");
        var ready = host.Context.Render<LabelPage>();
        ready.WaitForAssertion(() => Assert.Single(ready.FindAll(".workspace")));
    }

    [Fact]
    public void No_key_of_the_desk_can_be_a_concept_s()
    {
        var letters = new[] { WorkspaceKind.Review, WorkspaceKind.Label }
            .SelectMany(WorkspaceKey.Of)
            .Select(k => k.Key)
            .Where(k => k.Length == 1 && char.IsAsciiLetterOrDigit(k[0]))
            .Distinct();

        Assert.Equal(ConceptService.TakenLetters, letters.Select(k => k[0]).Order());
    }

    [Fact]
    public async Task The_key_sheet_lists_every_key_the_desk_s_script_is_given()
    {
        await using var host = await PageHost.StartAsync();
        await host.Core.AcceptAsync(1);
        await host.Core.ConceptAsync("runner");
        var page = host.Context.Render<LabelPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".workspace")));

        var listed = host
            .Context.Services.GetRequiredService<KeyList>()
            .Sections.Single(s => s.Title == "Label")
            .Keys.Select(k => k.Keys)
            .ToList();
        Assert.All(WorkspaceKey.Of(WorkspaceKind.Label), key => Assert.Contains(key.Shown, listed));
    }
}
